import { describe, expect, it } from '@jest/globals';
import { RunLengthTable } from '../bytes/run-length-table.js';
import { pictureHoles, tellHoles } from './picture-holes.js';

const tableOf = (...durations: [count: number, ticks: number][]): RunLengthTable => {
  const table = new RunLengthTable();
  for (const [count, ticks] of durations) for (let i = 0; i < count; i++) table.append(ticks);
  return table;
};

describe('holes of the picture', () => {
  it.each([
    ['none in a steady stream', [[300, 3000]], []],
    ['none in a slide show', [[20, 450_000]], []],
    [
      'none up to a second',
      [
        [60, 3000],
        [1, 90_000],
        [60, 3000],
      ],
      [],
    ],
    [
      'one behind a cut segment',
      [
        [60, 3000],
        [1, 93_000],
        [60, 3000],
      ],
      [[183_000, 273_000]],
    ],
    [
      'none at a variable rate',
      [
        [10, 3000],
        [10, 9000],
        [10, 60_000],
      ],
      [],
    ],
    [
      'two',
      [
        [30, 3000],
        [2, 180_000],
        [30, 3000],
      ],
      [
        [93_000, 270_000],
        [273_000, 450_000],
      ],
    ],
  ] as [string, [number, number][], [number, number][]][])('are %s', (_name, durations, expected) => {
    expect(pictureHoles(tableOf(...durations), 0)).toEqual(
      expected.map(([startTicks, endTicks]) => ({ startTicks, endTicks })),
    );
  });

  it('are not told of what lies before the output', () => {
    const table = tableOf([30, 3000], [1, 180_000], [30, 3000]);
    expect(pictureHoles(table, -600_000)).toEqual([]);
    expect(pictureHoles(table, -200_000)).toEqual([{ startTicks: 0, endTicks: 70_000 }]);
  });

  it('are told in words, the first five with their times', () => {
    expect(tellHoles([])).toBeUndefined();
    const hole = { startTicks: 90_000, endTicks: 225_000 };
    expect(tellHoles([hole])).toContain('from 1.000 to 2.500 s of the output');
    expect(tellHoles(Array.from({ length: 7 }, () => hole))).toContain('and 2 more times of the output');
  });
});
