import { afterAll, beforeAll, it } from '@jest/globals';
import type { AppName } from '@clipfleet/local-stack';
import type { CrashPoint } from '@clipfleet/platform';
import { describeRealS3 } from '../describe-real-s3.js';
import { expectAftermath, type Outcome, undisturbed } from './aftermath.fixture.js';
import { CrashFleet } from './crash-fleet.fixture.js';
import type { KindName } from '../fleet/export-kinds.js';

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

describeRealS3('kill -9 of an app loses nothing and doubles nothing', (access) => {
  let fleet: CrashFleet;
  let outcomes: Map<KindName, Outcome>;
  beforeAll(async () => {
    fleet = await CrashFleet.open({ store: access });
    outcomes = await undisturbed(fleet, ['ts', 'mp4', 'transcode']);
  });
  afterAll(() => fleet?.close());

  it.each(crashes)('at %s, pass %i, of the %s (%s)', async (point, nth, app, kindName) => {
    await fleet.arm(app, point, nth);
    const request = await fleet.submit(kindName);
    await fleet.untilCrashed(app);
    await fleet.app(app).restart();
    await expectAftermath(fleet, request, outcomes);
  });
});
