import { describe, expect, it } from '@jest/globals';
import { recording, repeat, resolved } from '../plan/recording.fixture.js';
import { stretchesByBucket } from './by-bucket.js';

const other = { bucket: 'other' };

describe('stretchesByBucket', () => {
  it('leaves a recording of one bucket as it is', () => {
    const { timeline } = recording(repeat(3));
    const range = resolved(timeline, { kind: 'whole' });
    expect(stretchesByBucket(timeline, range)).toEqual([{ bucket: undefined, timeline, range }]);
  });

  it('cuts a range where the bucket changes; the requests follow each other', () => {
    const { timeline } = recording([...repeat(2), ...repeat(2, other), ...repeat(1)]);
    const range = resolved(timeline, { kind: 'from-start', startMs: 7000, durationMs: 20_000 });
    const stretches = stretchesByBucket(timeline, range);
    expect(
      stretches.map(({ bucket, range: { firstIndex, endIndex, requested, startOffsetTicks, endOffsetTicks } }) => ({
        ...{ bucket, segments: [firstIndex, endIndex], requested: [requested.startMs, requested.endMs] },
        offsetsMs: [startOffsetTicks / 90, endOffsetTicks / 90],
      })),
    ).toEqual([
      { bucket: undefined, segments: [1, 2], requested: [7000, 12_000], offsetsMs: [1000, 6000] },
      { bucket: 'other', segments: [2, 4], requested: [12_000, 24_000], offsetsMs: [0, 6000] },
      { bucket: undefined, segments: [4, 5], requested: [24_000, 27_000], offsetsMs: [0, 3000] },
    ]);
    expect(stretches[1].timeline.segments.map(({ gap }) => gap)).toEqual([true, true, false, false, true]);
    expect(stretches[2].timeline).toBe(stretches[0].timeline);
    expect(stretches.flatMap(({ range: { missing } }) => missing)).toEqual([]);
  });
});
