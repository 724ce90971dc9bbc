import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_STORYBOARD, MAX_SHEET_PIXELS, storyboardGrid } from './storyboard-grid.js';

const limits = { maxTiles: 500 };
const seconds = (count: number): number => count * 90_000;
const HOUR = 3600;

describe('the grid of a storyboard', () => {
  it.each([
    ['a hundred tiles of an hour', seconds(HOUR), {}, 100, seconds(36), 10],
    ['a hundred tiles of a day', seconds(24 * HOUR), {}, 100, seconds(864), 10],
    ['no tiles closer than a second', seconds(10), {}, 10, seconds(1), 10],
    ['a tile of a clip of no second', 9_000, {}, 1, seconds(1), 1],
    ['a last tile that is shorter', seconds(10) + 1, {}, 11, seconds(1), 10],
    ['the interval', seconds(10), { intervalMs: 500 }, 20, 45_000, 10],
    ['the number of tiles', seconds(10), { tileCount: 7 }, 7, Math.ceil(900_000 / 7), 7],
    ['the columns', seconds(100), { columns: 4 }, 100, seconds(1), 4],
  ])('has %s', (_name, durationTicks, options, tileCount, intervalTicks, columns) => {
    const { grid, warnings } = storyboardGrid(durationTicks, { ...DEFAULT_STORYBOARD, ...options }, limits);
    expect(grid).toEqual({ columns, tileWidth: 160, tileCount, intervalTicks });
    expect(warnings).toEqual([]);
  });

  it('sets tiles further apart where there are too many, and says so', () => {
    const { grid, warnings } = storyboardGrid(seconds(HOUR), { ...DEFAULT_STORYBOARD, intervalMs: 1000 }, limits);
    expect(grid).toMatchObject({ tileCount: 500, intervalTicks: seconds(7.2) });
    expect(warnings).toEqual([
      { code: 'storyboard-limited', message: expect.stringContaining('500 tiles, not for 3600') },
    ]);
  });

  it('covers the clip with tiles on a sheet of the allowed size, whatever is asked', () => {
    const options = fc.record({
      columns: fc.integer({ min: 1, max: 100 }),
      tileWidth: fc.integer({ min: 8, max: 512 }).map((half) => half * 2),
      intervalMs: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: seconds(26 * HOUR) }), options, (durationTicks, asked) => {
        const { tileCount, intervalTicks, columns, tileWidth } = storyboardGrid(durationTicks, asked, limits).grid;
        expect((tileCount - 1) * intervalTicks).toBeLessThan(durationTicks);
        expect(tileCount * intervalTicks).toBeGreaterThanOrEqual(durationTicks);
        expect(columns * tileWidth).toBeLessThanOrEqual(MAX_SHEET_PIXELS);
        expect(Math.ceil(tileCount / columns) * tileWidth * 2).toBeLessThanOrEqual(MAX_SHEET_PIXELS);
        expect(tileCount).toBeLessThanOrEqual(limits.maxTiles);
      }),
    );
  });
});
