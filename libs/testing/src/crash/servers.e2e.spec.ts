import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AppName, type RunningServer, waitUntil } from '@clipfleet/local-stack';
import { expectAftermath, undisturbed } from './aftermath.fixture.js';
import type { Outcome } from '../fleet/outcome.js';
import { CrashFleet, type Submitted } from './crash-fleet.fixture.js';
import { type KindName, quickKindNames } from '../fleet/export-kinds.js';
import { tasksInFlight } from '../fleet/tasks-in-flight.js';

let fleet: CrashFleet;
let outcomes: Map<KindName, Outcome>;
beforeAll(async () => {
  fleet = await CrashFleet.open();
  outcomes = await undisturbed(fleet);
});
afterAll(() => fleet?.close());

const submitAll = (names: readonly KindName[]): Promise<Submitted[]> =>
  Promise.all(names.map((kindName) => fleet.submit(kindName)));

const expectAll = async (requests: readonly Submitted[]): Promise<void> => {
  for (const request of requests) await expectAftermath(fleet, request, outcomes);
};

describe('servers that are killed in the middle of exports', () => {
  it.each(['nats', 'postgres', 'both'] as const)('%s: all exports end as if nothing had happened', async (which) => {
    const { nats, postgres } = fleet.stack;
    const killed: RunningServer[] = which === 'both' ? [nats, postgres] : [fleet.stack[which]];
    const requests = await submitAll([...quickKindNames, 'mp4', 'transcode']);
    await fleet.untilRunning(requests[quickKindNames.indexOf('mp4')]);
    await Promise.all(killed.map((server) => server.kill()));
    await Promise.all(killed.map((server) => server.restart()));
    await expectAll(requests);
  });

  it('a NATS that comes back empty: what was in its streams is sent again', async () => {
    const requests = await submitAll(['ts', 'mp4', 'transcode']);
    await fleet.untilRunning(requests[1]);
    await fleet.emptyNats();
    await expectAll(requests);
  });
});

describe('two gateways', () => {
  it('finish what one of them leaves when it is killed and stays away', async () => {
    const second = await fleet.startSecondGateway();
    try {
      const requests = (['mp4', 'ts', 'image', 'playlist', 'transcode', 'small-mp4'] as const).map((name) =>
        fleet.newRequest(name),
      );
      await Promise.all(requests.map((request, index) => fleet.post(request, index % 2 ? second.url : undefined)));
      await fleet.untilRunning(requests[0]);
      await second.app.kill();
      await expectAll(requests);
    } finally {
      await second.app.stop();
    }
  });
});

describe('SIGTERM in the middle of a task', () => {
  const cases: [AppName, string, KindName, number][] = [
    ['segment-worker', 'segment', 'mp4', 4],
    ['transcode-worker', 'transcode', 'transcode', 3],
    ['thumb-worker', 'thumb', 'image', 8],
  ];

  it.each(cases)('%s hands back at once, and spends no attempt', async (name, kind, kindName, count) => {
    const app = fleet.app(name);
    // no time to finish: what runs is handed back
    await app.restart({ CLIPFLEET_SHUTDOWN_GRACE_MS: '0' });
    const requests = await submitAll(Array.from({ length: count }, () => kindName));
    await waitUntil(async () => (await tasksInFlight(app.opsUrl, kind)) > 0, {
      timeoutMs: 30_000,
      everyMs: 5,
      what: `${name} to be at work`,
    });
    const before = Date.now();
    await app.stop();
    expect(Date.now() - before).toBeLessThan(60_000);
    expect(await readFile(app.process().logPath, 'utf8')).toContain('handing running work to other processes');
    await app.restart();
    await expectAll(requests);
    const prefixes = requests.map(({ prefix }) => `${prefix}%`);
    expect(
      await fleet.query(
        `SELECT sum(attempts)::int AS attempts FROM task JOIN export ON export.id = export_id WHERE key LIKE ANY($1)`,
        [prefixes],
      ),
    ).toEqual([{ attempts: 0 }]);
  });
});

describe('an upload that is aborted under its workers', () => {
  it('begins the export anew', async () => {
    await fleet.app('segment-worker').stop();
    const request = await fleet.submit('mp4');
    await fleet.untilRunning(request);
    await fleet.abortUploads(request);
    await fleet.app('segment-worker').restart();
    await expectAftermath(fleet, request, outcomes, { generation: 2 });
  });
});
