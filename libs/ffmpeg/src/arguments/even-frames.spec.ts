import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evenFramesFilters, FrameGrid } from './even-frames.js';

describe('a grid of frames', () => {
  it.each([
    ['25', 0, 0],
    ['25', 1799, 0],
    ['25', 1800, 1],
    ['25', 5399, 1],
    ['25', -10_000, 0],
    ['30000/1001', 1501, 0],
    ['30000/1001', 1502, 1],
    // a month: the product of ticks and frames is beyond what a double counts
    ['60000/1001', 233_280_000_000, 155364635],
    ['25/2', 3600, 1],
  ])('of %s has the picture of tick %i begin with frame %i', (frameRate, ticks, frame) => {
    expect(new FrameGrid(frameRate, 900_003).frameAt(900_003 + ticks)).toBe(frame);
  });

  it('shows frames at the nearest tick, however many there were', () => {
    const grid = new FrameGrid('60000/1001', -7);
    expect([0, 1, 2, 3].map((frame) => grid.ticksOf(frame))).toEqual([-7, 1495, 2996, 4498]);
    expect(grid.ticksOf(6_000_000) + 7).toBe(9_009_000_000);
  });

  it('finds each frame at its own time, and the frames of ranges side by side are all frames once', () => {
    const rates = fc.tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 1, max: 99_999 }));
    const property = fc.property(
      rates.filter(([numerator, denominator]) => numerator >= denominator && numerator <= 60 * denominator),
      fc.integer({ min: -(2 ** 40), max: 2 ** 33 }),
      fc.nat(2 ** 22),
      fc.array(fc.nat(2 ** 38), { minLength: 1, maxLength: 10 }),
      ([numerator, denominator], originTicks, frame, borders) => {
        const grid = new FrameGrid(`${numerator}/${denominator}`, originTicks);
        expect(grid.frameAt(grid.ticksOf(frame))).toBe(frame);
        const frames = borders.toSorted((a, b) => a - b).map((ticks) => grid.frameAt(originTicks + ticks));
        expect(frames).toEqual(frames.toSorted((a, b) => a - b));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('is made by filters that count from its origin, and pad only where it begins', () => {
    const grid = new FrameGrid('30000/1001', -90);
    expect(evenFramesFilters({ grid, firstFrame: 0, endFrame: 7 }).join(',')).toBe(
      'tpad=stop=-1:stop_mode=clone,setpts=PTS-(-90),fps=30000/1001:start_time=0:round=near,' +
        'trim=start_pts=0:end_pts=7,settb=1/90000,setpts=PTS+(-90)',
    );
    expect(evenFramesFilters({ grid, firstFrame: 7, endFrame: 9 })).toContain('fps=30000/1001:round=near');
  });
});
