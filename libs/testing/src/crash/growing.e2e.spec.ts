import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppName } from '@clipfleet/local-stack';
import { waitUntil } from '@clipfleet/local-stack';
import type { CrashPoint } from '@clipfleet/platform';
import { expectNothingLeft, untilQuiet } from './aftermath.fixture.js';
import { CrashFleet, type Submitted } from './crash-fleet.fixture.js';
import { OUTPUT_BUCKET } from '../fleet/export-kinds.js';
import { appearedAtMs, bytesOf, type Live, livePackets, requestLive, startLive, tasksOf } from './growing.fixture.js';

/** A segment a second, several times as fast. */
const EVERY_MS = 250;
const RANGE = [1_300, 35_400] as const;
/** The range's end, and the segment behind it that completes what starts inside. */
const LAST_NEEDED = 36;
const LAST_NEEDED_MP4 = 37;
/** On a machine that does a lot besides. */
const SOON_MS = 30_000;

let fleet: CrashFleet;
const lives: Live[] = [];
beforeAll(async () => {
  fleet = await CrashFleet.open({ env: { CLIPFLEET_LIVE_WAIT_MS: '2500' } });
});
afterAll(async () => {
  await Promise.all(lives.map(({ recorder }) => recorder.kill()));
  await fleet?.close();
});

const record = async (everyMs = EVERY_MS): Promise<Live> => {
  const live = await startLive(fleet, everyMs);
  lives.push(live);
  // until there is a playlist there is no source
  await waitUntil(() => appearedAtMs(live, 1).catch(() => undefined), { timeoutMs: 30_000, what: 'the recorder' });
  return live;
};

const submit = async (live: Live, wanted: Parameters<typeof requestLive>[2]): Promise<Submitted> => {
  const request = requestLive(fleet, live, wanted);
  await fleet.post(request);
  return request;
};

const untilTasks = (request: Submitted, count: number) =>
  waitUntil(async () => (await tasksOf(fleet, request)).length >= count, {
    timeoutMs: 30_000,
    what: `${count} tasks to be planned`,
  });

describe('an export whose end is in the future', () => {
  it('is worked on while its recording grows, ends soon after it, and is what it would have been later', async () => {
    const live = await record();
    const [mp4, ts] = await Promise.all(
      (['mp4', 'ts'] as const).map((container) => submit(live, { container, range: RANGE })),
    );
    await untilTasks(mp4, 1);
    const { state, progress } = (await fleet.post(mp4))!;
    expect(state).toBe('running');
    expect(progress.ratio).toBeLessThan(0.9);
    for (const [request, lastNeeded] of [
      [mp4, LAST_NEEDED_MP4],
      [ts, LAST_NEEDED],
    ] as const) {
      const { state: end, completedAtMs, generation, result } = await fleet.untilEnded(request);
      expect([end, generation]).toEqual(['completed', 1]);
      expect(result?.coverage).toMatchObject({ requested: { startMs: 1_300, endMs: 36_700 }, missing: [] });
      const appearedMs = await appearedAtMs(live, lastNeeded);
      const tasks = await tasksOf(fleet, request);
      expect(tasks.filter(({ endedAtMs }) => endedAtMs < appearedMs).length).toBeGreaterThanOrEqual(2);
      const lateMs = Math.round(completedAtMs! - appearedMs);
      process.stdout.write(`${request.kindName}: ${tasks.length} tasks, ended ${lateMs} ms after its last segment\n`);
      expect(lateMs).toBeLessThan(SOON_MS);
    }
    await live.recorder.ended;
    const later = await Promise.all(
      (['mp4', 'ts'] as const).map((container) => submit(live, { container, range: RANGE })),
    );
    for (const request of later) expect(await fleet.untilEnded(request)).toMatchObject({ state: 'completed' });
    expect(await livePackets(fleet, mp4)).toEqual(await livePackets(fleet, later[0]));
    expect(Buffer.compare(await bytesOf(fleet, ts), await bytesOf(fleet, later[1]))).toBe(0);
    await untilQuiet(fleet);
  });

  it('fails by name when its recorder stops, or ends with what is there, as it was asked to', async () => {
    const live = await record();
    const [failing, skipping, cancelled] = await Promise.all([
      submit(live, { container: 'mp4', range: RANGE }),
      submit(live, { container: 'mp4', range: RANGE, gapPolicy: 'skip' }),
      submit(live, { container: 'mp4', range: [1_400, 35_000] }),
    ]);
    await Promise.all([failing, skipping, cancelled].map((request) => untilTasks(request, 1)));
    await fleet.cancel(cancelled);
    await live.recorder.kill();
    expect(await fleet.untilEnded(failing)).toMatchObject({ state: 'failed', error: { code: 'recording-stopped' } });
    const { state, result } = await fleet.untilEnded(skipping);
    expect(state).toBe('completed');
    const { achieved, missing } = result!.coverage;
    expect(missing).toEqual([{ startMs: expect.any(Number), endMs: 36_700, reason: 'not-recorded' }]);
    expect(achieved.endMs).toBe(missing[0].startMs);
    expect(achieved.endMs - achieved.startMs).toBeGreaterThan(10_000);
    const [video] = await livePackets(fleet, skipping);
    expect(video.length).toBeGreaterThan((30 * (achieved.endMs - achieved.startMs)) / 1000 - 30);
    await expectNothingLeft(fleet, cancelled);
    const keys = [];
    for await (const { key } of fleet.store.list(OUTPUT_BUCKET, failing.prefix)) keys.push(key);
    expect(keys).toEqual([]);
  });
});

describe('kill -9 while a plan grows loses nothing and doubles nothing', () => {
  const crashes: [CrashPoint, number, AppName][] = [
    ['return.told', 1, 'planner'],
    ['work.returned', 1, 'gateway'],
    ['extension.made', 1, 'planner'],
    ['extension.reported', 1, 'planner'],
    ['plan.extended', 1, 'gateway'],
  ];
  /** One task while it grows, one when it has come to its end. */
  const SHORT_RANGE = [1_300, 21_000] as const;
  let expected: string[][];
  beforeAll(async () => {
    const live = await record(1);
    await live.recorder.ended;
    const request = await submit(live, { container: 'mp4', range: SHORT_RANGE });
    await fleet.untilEnded(request);
    expected = await livePackets(fleet, request);
  });

  it.each(crashes)('at %s, pass %i, of the %s', async (point, nth, app) => {
    await fleet.arm(app, point, nth);
    const live = await record(100);
    const request = await submit(live, { container: 'mp4', range: SHORT_RANGE });
    await fleet.untilCrashed(app);
    await fleet.app(app).restart();
    expect(await fleet.untilEnded(request)).toMatchObject({ state: 'completed', generation: 1 });
    await untilQuiet(fleet);
    expect(await livePackets(fleet, request)).toEqual(expected);
  });
});
