import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { expectNothingLeft } from './aftermath.fixture.js';
import { CrashFleet } from './crash-fleet.fixture.js';

describe('a cancelled export leaves nothing', () => {
  let fleet: CrashFleet;
  beforeAll(async () => {
    fleet = await CrashFleet.open();
  });
  afterAll(() => fleet?.close());

  it.each(['cleanup.begun', 'cleanup.aborted'] as const)('when the gateway dies at %s', async (point) => {
    await fleet.app('segment-worker').stop();
    await fleet.arm('gateway', point);
    const request = await fleet.submit('mp4');
    await fleet.untilState(request, 'running');
    await fleet.cancel(request);
    await fleet.untilCrashed('gateway');
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
