import { BareInsert } from '../baselines/bare-insert.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { requestOf } from '../stack/export-client.js';
import { DEMO_KEY } from '../stack/recordings.js';
import { postLoad } from './http-load.js';
import type { LoadSides } from './load-sides.js';

const NAME = 'name-of-the-job';

export const newJobsLoad = (stack: BenchStack): LoadSides => {
  const insert = new BareInsert(stack.fleet.postgres.url);
  const planner = stack.fleet.app('planner');
  let body: () => string;

  return {
    what: {
      ours: 'POSTs of exports that are all different, one gateway process: each answered when its row and its outbox message are committed; the outbox is relayed meanwhile, no planner runs',
      baseline:
        'one INSERT of one row with the same JSON, committed one by one, by pg with at most 16 connections, as many callers',
    },
    servers: { ours: ['gateway', 'postgres', 'nats'], baseline: ['bench', 'postgres'] },
    limit:
      'one core of JavaScript for all of it: HTTP, the check of every field, the fingerprint, an access log line; two rows in one statement, and for the first of them their publication into JetStream and two updates of rows',
    prepare: async () => {
      // what would be planned is a load of the planner's, on another machine
      await planner.stop();
      await insert.prepare();
      const order = { playlistKey: DEMO_KEY, type: 'mp4', startMs: 0, durationMs: 10_000, fileName: NAME } as const;
      const [before, after] = JSON.stringify(requestOf(stack, order)).split(NAME);
      let count = 0;
      body = () => `${before}job-${count++}${after}`;
    },
    ours: async (size) => {
      const existing = await stack.countExports();
      const figures = await postLoad({ ...size, url: stack.url, body });
      const recorded = (await stack.countExports()) - existing;
      if (recorded < figures.answered)
        throw new Error(`${figures.answered} jobs were accepted, ${recorded} are recorded`);
      return figures;
    },
    baseline: (size) => insert.run(body, size),
    afterRound: () => stack.endExports(),
    finish: async () => {
      await insert.close();
      await stack.endExports();
      await planner.restart();
    },
  };
};
