import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AppName, waitUntil } from '@clipfleet/local-stack';
import type { CrashPoint } from '@clipfleet/platform';
import { describeRealS3 } from '../describe-real-s3.js';
import { expectAftermath, undisturbed, untilQuiet } from './aftermath.fixture.js';
import type { Outcome } from '../fleet/outcome.js';
import { CrashFleet } from './crash-fleet.fixture.js';
import { type KindName, SOURCE_BUCKET } from '../fleet/export-kinds.js';
import { livePackets, requestLive, startLive, tasksOf } from './growing.fixture.js';

type Crash = [point: CrashPoint, nth: number, app: AppName, kindName: KindName];

/** Where the store has a part in it. */
const crashes: Crash[] = [
  ['upload.created', 1, 'gateway', 'mp4'],
  ['task.reading', 3, 'segment-worker', 'ts'],
  ['part.written', 2, 'segment-worker', 'ts'],
  ['part.written', 1, 'transcode-worker', 'transcode'],
  ['task.reported', 1, 'segment-worker', 'mp4'],
  ['assembly.header', 1, 'gateway', 'mp4'],
  ['assembly.completed', 1, 'gateway', 'mp4'],
  ['assembly.completed', 1, 'gateway', 'transcode'],
];

const RANGE = [1_300, 35_400] as const;

describeRealS3('a fleet on a store of its own', (access) => {
  let fleet: CrashFleet;
  let outcomes: Map<KindName, Outcome>;
  beforeAll(async () => {
    fleet = await CrashFleet.open({ store: access });
    outcomes = await undisturbed(fleet, ['ts', 'mp4', 'transcode']);
  });
  afterAll(() => fleet?.close());

  it.each(crashes)(
    'loses nothing and doubles nothing at %s, pass %i, of the %s (%s)',
    async (point, nth, app, kind) => {
      await fleet.arm(app, point, nth);
      const request = await fleet.submit(kind);
      await fleet.untilCrashed(app);
      await fleet.app(app).restart();
      await expectAftermath(fleet, request, outcomes);
    },
  );

  it('works on an export while its recording grows, to what it would have been later', async () => {
    const live = await startLive(fleet, 400);
    try {
      const playlist = { bucket: SOURCE_BUCKET, key: live.playlistKey };
      await waitUntil(() => fleet.store.head(playlist), { timeoutMs: 30_000, what: 'the first playlist' });
      const [growing, later] = [0, 1].map(() => requestLive(fleet, live, { container: 'mp4', range: RANGE }));
      await fleet.post(growing);
      const ended = await fleet.untilEnded(growing);
      expect(ended).toMatchObject({ state: 'completed', generation: 1, result: { coverage: { missing: [] } } });
      await live.recorder.ended;
      await fleet.post(later);
      expect(await fleet.untilEnded(later)).toMatchObject({ state: 'completed' });
      // planned step by step, and not at the end
      const tasks = await tasksOf(fleet, growing);
      expect(new Set(tasks.map(({ createdAtMs }) => createdAtMs)).size).toBeGreaterThan(1);
      expect(await livePackets(fleet, growing)).toEqual(await livePackets(fleet, later));
      await untilQuiet(fleet);
    } finally {
      await live.recorder.kill();
    }
  });
});
