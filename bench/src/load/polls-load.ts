import { postExport } from '@clipfleet/cli/export/export-client';
import { type EchoServer, startEchoServer } from '../baselines/start-echo-server.js';
import { type BenchStack, RECORDINGS } from '../stack/bench-stack.js';
import { requestOf } from '../stack/export-client.js';
import { postLoad } from './http-load.js';
import type { LoadSides } from './load-sides.js';

const PLAYLIST_KEY = 'growing/index.m3u8';
/** A recording that grows and has not come to the end of what is asked for: the export stays unfinished as long as it is polled. */
const GROWING = `#EXTM3U
#EXT-X-VERSION:4
#EXT-X-TARGETDURATION:6
#EXT-X-PLAYLIST-TYPE:EVENT
#EXTINF:6.000000,
segment-00000.ts
`;
const WORKING = 11_000;

export const pollsLoad = (stack: BenchStack): LoadSides => {
  let body: Record<string, unknown>;
  let echo: EchoServer | undefined;

  return {
    what: {
      ours: 'the same POST again and again for an unfinished export, one gateway process',
      baseline:
        'a bare Nest + Fastify controller in its own process: the same request parsed, an answer of the same size',
    },
    servers: { ours: ['gateway'], baseline: ['echo'] },
    limit:
      'one core of JavaScript: beside the echo there are authentication, the hash of the body that finds what it means, the tenant’s allow-list and its limit of requests, the view of the export and a metric; the ledger is asked once in two seconds',
    prepare: async () => {
      await stack.store.put({ bucket: RECORDINGS, key: PLAYLIST_KEY }, Buffer.from(GROWING));
      const order = {
        playlistKey: PLAYLIST_KEY,
        type: 'mp4',
        startMs: 0,
        durationMs: 600_000,
        fileName: 'polled',
      } as const;
      body = requestOf(stack, order);
      const answer = await postExport(stack.url, body);
      echo = await startEchoServer(stack, answer);
    },
    ours: async (size) => {
      const figures = await postLoad({ ...size, url: stack.url, body: JSON.stringify(body) });
      const { Status, ErrorMessage } = await postExport(stack.url, body);
      if (Status !== WORKING)
        throw new Error(`the polled export is not unfinished any more: ${Status} ${ErrorMessage}`);
      return figures;
    },
    baseline: (size) => postLoad({ ...size, url: echo?.url ?? '', body: JSON.stringify(body) }),
    afterRound: () => Promise.resolve(),
    finish: async () => {
      await echo?.stop();
      await stack.cancelExports();
    },
  };
};
