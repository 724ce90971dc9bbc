import { BareInsert } from '../baselines/bare-insert.js';
import { postLoad } from '../measure/http-load.js';
import type { BenchCase } from '../run/bench-case.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { requestOf } from '../stack/export-client.js';
import { DEMO_KEY } from '../stack/recordings.js';

const DURATION_SECONDS = 6;
const NAME = 'name-of-the-job';

export const newJobs = (stack: BenchStack): BenchCase => {
  const insert = new BareInsert(stack.fleet.postgres.url);
  const planner = stack.fleet.app('planner');
  let body: () => string;

  return {
    name: 'new-jobs',
    unit: 'requests/s',
    better: 'larger',
    what: {
      ours: 'POSTs of exports that are all different, 64 connections, one gateway process: each answered when its row and its outbox message are committed; the outbox is relayed meanwhile, no planner runs',
      baseline:
        'one INSERT of one row with the same JSON, committed one by one, by pg with 16 connections and 64 callers',
    },
    limit:
      'one core of JavaScript for all of it: HTTP, the check of every field, the fingerprint, two rows in one statement, and for each job its publication into JetStream and two updates of rows',
    prepare: async () => {
      // what would be planned is a load of the planner's, on another machine
      await planner.stop();
      await insert.prepare();
      const order = { playlistKey: DEMO_KEY, type: 'mp4', startMs: 0, durationMs: 10_000, fileName: NAME } as const;
      const [before, after] = JSON.stringify(requestOf(stack, order)).split(NAME);
      let count = 0;
      body = () => `${before}job-${count++}${after}`;
    },
    ours: async () => {
      const existing = await stack.countExports();
      const { perSecond, answered } = await postLoad({ url: stack.url, durationSeconds: DURATION_SECONDS, body });
      const recorded = (await stack.countExports()) - existing;
      if (recorded < answered) throw new Error(`${answered} jobs were accepted, ${recorded} are recorded`);
      return perSecond;
    },
    baseline: () => insert.run(body, DURATION_SECONDS),
    afterRound: () => stack.endExports(),
    finish: async () => {
      await insert.close();
      await stack.endExports();
      await planner.restart();
    },
  };
};
