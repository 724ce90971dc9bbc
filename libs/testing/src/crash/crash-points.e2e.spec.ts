import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { AppName } from '@clipfleet/local-stack';
import type { CrashPoint } from '@clipfleet/platform';
import { expectAftermath, expectNothingLeft, undisturbed } from './aftermath.fixture.js';
import type { Outcome } from '../fleet/outcome.js';
import { CrashFleet } from './crash-fleet.fixture.js';
import type { KindName } from '../fleet/export-kinds.js';

type Crash = [point: CrashPoint, nth: number, app: AppName, kindName: KindName, stateThen: string];

/** In the order of the sequence in ARCHITECTURE.md. `stateThen`: of the export, in the ledger, while the process is dead. */
const crashes: Crash[] = [
  ['export.accepted', 1, 'gateway', 'mp4', 'queued'],
  ['outbox.taken', 1, 'gateway', 'ts', 'queued'],
  ['outbox.published', 1, 'gateway', 'mp4', 'queued'],
  ['plan.begun', 1, 'planner', 'mp4', 'planning'],
  ['plan.made', 1, 'planner', 'ts', 'planning'],
  ['plan.reported', 1, 'planner', 'mp4', 'planning or later'],
  ['upload.intended', 1, 'gateway', 'mp4', 'planning'],
  ['upload.created', 1, 'gateway', 'ts', 'planning'],
  ['upload.recorded', 1, 'gateway', 'mp4', 'planning'],
  ['plan.recorded', 1, 'gateway', 'mp4', 'running'],
  ['outbox.taken', 2, 'gateway', 'mp4', 'running'],
  ['outbox.published', 2, 'gateway', 'mp4', 'running'],
  ['task.reading', 3, 'segment-worker', 'ts', 'running'],
  ['task.reading', 40, 'segment-worker', 'mp4', 'running'],
  ['task.reading', 2, 'transcode-worker', 'transcode', 'running'],
  ['task.reading', 2, 'thumb-worker', 'image', 'running'],
  ['ffmpeg.started', 1, 'transcode-worker', 'transcode', 'running'],
  ['ffmpeg.started', 1, 'thumb-worker', 'image', 'running'],
  ['ffmpeg.started', 1, 'segment-worker', 'edges', 'running'],
  ['ffmpeg.started', 2, 'segment-worker', 'ts-edges', 'running'],
  ['part.written', 2, 'segment-worker', 'ts', 'running'],
  ['part.written', 1, 'segment-worker', 'mp4', 'running'],
  ['part.written', 1, 'segment-worker', 'small-mp4', 'running'],
  ['part.written', 1, 'segment-worker', 'edges', 'running'],
  ['part.written', 1, 'transcode-worker', 'transcode', 'running'],
  ['task.head-put', 1, 'segment-worker', 'mp4', 'running'],
  ['task.written', 1, 'segment-worker', 'mp4', 'running'],
  ['task.reported', 1, 'segment-worker', 'mp4', 'running or later'],
  ['task.reported', 1, 'segment-worker', 'edges', 'running or later'],
  ['task.reported', 1, 'transcode-worker', 'transcode', 'running or later'],
  ['task.counted', 3, 'gateway', 'mp4', 'assembling'],
  ['outbox.taken', 3, 'gateway', 'mp4', 'assembling'],
  ['outbox.published', 3, 'gateway', 'small-mp4', 'assembling'],
  ['assembly.header', 1, 'gateway', 'mp4', 'assembling'],
  ['assembly.begun', 1, 'gateway', 'mp4', 'assembling'],
  ['assembly.completed', 1, 'gateway', 'mp4', 'assembling'],
  ['assembly.written', 1, 'gateway', 'playlist', 'assembling'],
  ['assembly.completed', 1, 'gateway', 'playlist-edges', 'assembling'],
  ['assembly.marked', 1, 'gateway', 'mp4', 'completed'],
  ['outbox.taken', 4, 'gateway', 'ts', 'completed'],
];

let fleet: CrashFleet;
let outcomes: Map<KindName, Outcome>;
beforeAll(async () => {
  fleet = await CrashFleet.open();
  outcomes = await undisturbed(fleet);
});
afterAll(() => fleet?.close());

describe('kill -9 of an app loses nothing and doubles nothing', () => {
  it.each(crashes)('at %s, pass %i, of the %s (%s; the export is %s)', async (point, nth, app, kindName, stateThen) => {
    await fleet.arm(app, point, nth);
    const request = await fleet.submit(kindName);
    await fleet.untilCrashed(app);
    if (!stateThen.endsWith('or later')) await fleet.untilState(request, stateThen);
    await fleet.app(app).restart();
    await expectAftermath(fleet, request, outcomes);
  });
});

describe('a cancelled export leaves nothing', () => {
  it.each(['cleanup.begun', 'cleanup.aborted'] as const)('when the gateway dies at %s', async (point) => {
    await fleet.app('segment-worker').stop();
    await fleet.arm('gateway', point);
    const request = await fleet.submit('mp4');
    await fleet.untilRunning(request);
    // its clean-up may begin, and the gateway die, before the client has its answer
    const cancelled = fleet.cancel(request).catch((error: unknown) => error);
    await fleet.untilCrashed('gateway');
    await cancelled;
    await Promise.all([fleet.app('gateway').restart(), fleet.app('segment-worker').restart()]);
    await expectNothingLeft(fleet, request);
  });

  it('when its worker dies with parts and the first bytes in the store, and comes back to it later', async () => {
    await fleet.arm('segment-worker', 'task.written');
    const request = await fleet.submit('mp4');
    await fleet.untilCrashed('segment-worker');
    await fleet.cancel(request);
    await fleet.app('segment-worker').restart();
    await expectNothingLeft(fleet, request);
  });
});
