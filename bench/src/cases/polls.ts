import { postExport } from '@clipfleet/cli/export/export-client';
import { type EchoServer, startEchoServer } from '../baselines/start-echo-server.js';
import { postLoad } from '../measure/http-load.js';
import type { BenchCase } from '../run/bench-case.js';
import { type BenchStack, RECORDINGS } from '../stack/bench-stack.js';
import { requestOf } from '../stack/export-client.js';

const DURATION_SECONDS = 6;
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

export const polls = (stack: BenchStack): BenchCase => {
  let body: Record<string, unknown>;
  let echo: EchoServer | undefined;

  return {
    name: 'polls',
    unit: 'requests/s',
    better: 'larger',
    what: {
      ours: 'the same POST again and again for an unfinished export, 64 connections, one gateway process',
      baseline:
        'a bare Nest + Fastify controller in its own process: the same request parsed, an answer of the same size',
    },
    limit:
      'one core of JavaScript: beside the echo there are authentication, the hash of the body that finds what it means, the tenant’s allow-list, the view of the export and a metric; the ledger is asked once in two seconds',
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
    ours: async () => {
      const { perSecond } = await postLoad({
        url: stack.url,
        durationSeconds: DURATION_SECONDS,
        body: JSON.stringify(body),
      });
      const { Status, ErrorMessage } = await postExport(stack.url, body);
      if (Status !== WORKING)
        throw new Error(`the polled export is not unfinished any more: ${Status} ${ErrorMessage}`);
      return perSecond;
    },
    baseline: async () => {
      const url = echo?.url ?? '';
      return (await postLoad({ url, durationSeconds: DURATION_SECONDS, body: JSON.stringify(body) })).perSecond;
    },
    finish: async () => {
      await echo?.stop();
      await stack.cancelExports();
    },
  };
};
