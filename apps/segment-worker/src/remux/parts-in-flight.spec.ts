import { describe, expect, it } from '@jest/globals';
import type { PlannedTask, RemuxRangeTask } from '@clipfleet/timeline';
import { partsInFlight } from './parts-in-flight.js';

const MIB = 1024 * 1024;
const taskOf = (workBytes: number, partCount: number): RemuxRangeTask => ({
  ...{ kind: 'remux-range', source: { storeId: 'main', bucket: 'in' }, workBytes, lead: [], container: 'mp4' },
  ...{ cutMode: 'exact', pieces: [], tail: [], rangeIndex: 1, rangeCount: 64 },
  partBlock: { firstPartNumber: 158, partCount },
});
const config = { partBytes: 8 * MIB, uploadConcurrency: 4 };

describe('parts in flight', () => {
  it.each([
    ['as many as configured, but for those being filled, at the configured size', taskOf(100 * MIB, 156), 2],
    ['fewer of larger ones', taskOf(156 * 9 * MIB, 156), 1],
    ['one of very large ones', taskOf(156 * 100 * MIB, 156), 1],
    [
      'fewer where each delivery has only a slot of the numbers',
      { ...taskOf(156 * 3 * MIB, 156), encodesEdges: true },
      1,
    ],
  ])('are %s', (_name, task, expected) => {
    expect(partsInFlight(task, config)).toBe(expected);
  });

  it('are all of the configured ones for a task that fills none', () => {
    expect(partsInFlight({ ...taskOf(100 * MIB, 156), kind: 'ts-parts' } as unknown as PlannedTask, config)).toBe(4);
  });
});
