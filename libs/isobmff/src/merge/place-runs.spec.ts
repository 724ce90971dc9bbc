import { describe, expect, it } from '@jest/globals';
import type { DemuxedSample } from '@clipfleet/mpegts';
import { makeRange } from '../testing/make-range.js';
import { audioFrames, interleave, videoFrames } from '../testing/samples.js';
import { placeRuns } from './place-runs.js';

const WRAP = 2 ** 33;

/** `[run, pid, first DTS on the output's axis]` of each span. */
function placed(...ranges: DemuxedSample[][]): [number, number, number][] {
  const runs = placeRuns(ranges.map((samples) => makeRange(samples).report));
  return runs.flatMap(({ spans }, run) =>
    spans.map(({ span, offsetTicks }): [number, number, number] => [run, span.pid, span.firstDtsTicks + offsetTicks]),
  );
}

const second = (startTicks: number, runIndex = 0): DemuxedSample[] =>
  interleave<DemuxedSample>(videoFrames(30, 30, startTicks, { runIndex }), audioFrames(47, startTicks, { runIndex }));

describe('placing runs', () => {
  it('leaves the clock of one run as it is', () => {
    expect(placed(second(1000), second(91_000))).toEqual([
      [0, 256, 1000],
      [0, 257, 1000],
      [0, 256, 91_000],
      [0, 257, 91_000],
    ]);
  });

  it('goes on over the 33-bit wrap between ranges', () => {
    expect(placed(second(WRAP - 90_000), second(0))).toEqual([
      [0, 256, WRAP - 90_000],
      [0, 257, WRAP - 90_000],
      [0, 256, WRAP],
      [0, 257, WRAP],
    ]);
  });

  it('goes on where one track wraps before the other', () => {
    const wrapped = [...videoFrames(30, 30, -50), ...audioFrames(47, 100)];
    const starts = placed(second(WRAP - 90_000), wrapped).slice(2);
    expect(starts).toEqual([
      [0, 256, WRAP - 50],
      [0, 257, WRAP + 100],
    ]);
  });

  it('keeps a gap of less than ten seconds inside a run', () => {
    expect(placed(second(0), second(900_000)).slice(2, 3)).toEqual([[0, 256, 900_000]]);
  });

  it('closes a longer one, as the demuxer does inside a range', () => {
    expect(placed(second(0), second(9_000_000)).slice(2, 3)).toEqual([[1, 256, 90_000]]);
  });

  it('puts the first picture of a new run behind the last of the one before', () => {
    expect(placed(second(0), second(7_000, 1))).toEqual([
      [0, 256, 0],
      [0, 257, 0],
      [1, 256, 90_000],
      [1, 257, 90_000],
    ]);
  });

  it('takes the earliest picture, not the first decoded', () => {
    const openGop = videoFrames(10, 30, 50_000, { runIndex: 1 }).map((s, i) => ({
      ...s,
      ptsTicks: s.dtsTicks + (i === 0 ? 9000 : 3000),
    }));
    // Earliest presentation is the second picture's: 56,000.
    expect(placed(second(0), openGop).at(-1)).toEqual([1, 256, 90_000 - 6000]);
  });

  it('takes what comes last and first where video is missing', () => {
    const audioAlone = audioFrames(47, 5_000, { runIndex: 1 });
    expect(placed(second(0), audioAlone).at(-1)).toEqual([1, 257, 47 * 1920]);
  });

  it('goes on with the last run that a range found by itself', () => {
    const twoRuns = [...second(0), ...second(50_000_000, 1)];
    expect(placed(twoRuns, second(50_090_000)).at(-1)).toEqual([1, 257, 180_000]);
  });
});
