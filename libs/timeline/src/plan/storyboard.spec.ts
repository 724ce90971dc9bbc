import { describe, expect, it } from '@jest/globals';
import type { StoryboardOptions } from '../edit/output.js';
import { codes, indexes, planOf, refusal, wall } from './planned.fixture.js';
import { h264Aac, type InputSketch, MIB, repeat, type SegmentSketch } from './recording.fixture.js';
import type { StoryboardTask } from './task.js';

const taskOf = (segments: SegmentSketch[], options: Partial<StoryboardOptions> = {}, sketch: InputSketch = {}) => {
  const storyboard = { columns: 10, tileWidth: 160, ...options };
  const plan = planOf(segments, { ...sketch, output: { container: 'storyboard', storyboard, ...sketch.output } });
  expect(plan).toMatchObject({ strategy: 'storyboard', header: 'none' });
  expect(plan.tasks).toHaveLength(1);
  return { plan, task: plan.tasks[0] as StoryboardTask };
};
const tilesOf = (task: StoryboardTask) =>
  task.shots.flatMap(({ pieces, tiles }) =>
    tiles.map(({ pieceIndex, offsetTicks }) => [pieces[pieceIndex].segmentIndex, offsetTicks / 90]),
  );

describe('a plan of a storyboard', () => {
  it('decodes the frames of tiles that lie closer than segments are long', () => {
    const { task } = taskOf(repeat(6), { intervalMs: 4000 }, { range: wall(7_000, 12_000) });
    expect(task).toMatchObject({ tileCount: 3, columns: 3, intervalTicks: 360_000, durationTicks: 1_080_000 });
    expect(task.shots).toHaveLength(1);
    expect(tilesOf(task)).toEqual([
      [1, 1000],
      [1, 5000],
      [2, 3000],
    ]);
    // the third ends at the clip's end; what is shown at its end may lie in the next
    expect(indexes(task.shots[0].pieces)).toEqual([1, 2, 3]);
    expect(task.workBytes).toBe(3 * MIB);
    expect(task.partBlock).toEqual({ firstPartNumber: 1, partCount: 8 });
  });

  it('decodes no more together than the budget', () => {
    const { task } = taskOf(repeat(6), { intervalMs: 3000 }, { limits: { shotBytes: 2 * MIB } });
    expect(task.shots.map(({ pieces }) => indexes(pieces))).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [4, 5],
    ]);
    expect(task.shots.map(({ tiles }) => tiles.map(({ tileIndex }) => tileIndex))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
  });

  it('reads one keyframe for a tile where they lie further apart, and not the rest', () => {
    const { task } = taskOf(repeat(14_400), {});
    expect(task).toMatchObject({ tileCount: 100, durationTicks: 86_400 * 90_000 });
    expect(task.shots).toHaveLength(100);
    expect(task.shots.every(({ mode }) => mode === 'keyframe')).toBe(true);
    expect(tilesOf(task)).toEqual(Array.from({ length: 100 }, (_, tile) => [tile * 144, 0]));
    expect(task.workBytes).toBe(100 * 512 * 1024);
  });

  it('takes the segment that starts nearest, and none that starts before the clip', () => {
    const { task } = taskOf(repeat(10), { intervalMs: 10_000 }, { range: wall(4_000, 40_000) });
    // segments start at 2, 8, 14, 20, 26, 32, 38 s of the clip
    expect(tilesOf(task).map(([segment]) => segment)).toEqual([1, 2, 4, 6]);
    expect(tilesOf(taskOf(repeat(3), { tileCount: 1 }, { range: wall(1_000, 2_000) }).task)).toEqual([[0, 1000]]);
  });

  it('has a lead where segments do not start on keyframes', () => {
    const { task } = taskOf(repeat(6), { intervalMs: 4000 }, { range: wall(13_000, 6_000), probe: h264Aac(false) });
    expect(indexes(task.shots[0].lead)).toEqual([0, 1]);
  });

  it('counts the time of the clip without what is left out, and says what that is', () => {
    const { plan, task } = taskOf([{}, { gap: true }, {}], { intervalMs: 3000 }, { output: { gapPolicy: 'skip' } });
    expect(task).toMatchObject({ tileCount: 4, durationTicks: 12_000 * 90 });
    expect(tilesOf(task)).toEqual([
      [0, 0],
      [0, 3000],
      [2, 0],
      [2, 3000],
    ]);
    expect(plan.coverage.missing).toHaveLength(1);
    const call = () => taskOf([{}, { gap: true }, {}]);
    expect(refusal(call)).toMatchObject({ code: 'gap' });
  });

  it('warns when a sheet has no room for all', () => {
    expect(codes(taskOf(repeat(600), { intervalMs: 1000 }).plan)).toEqual(['storyboard-limited']);
  });
});
