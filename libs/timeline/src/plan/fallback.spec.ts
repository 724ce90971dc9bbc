import { describe, expect, it } from '@jest/globals';
import { mp4, planOf, streams } from './planned.fixture.js';
import { type InputSketch, repeat, type SegmentSketch } from './recording.fixture.js';

const h264 = streams(['video', 'h264'], ['audio', 'aac', 48_000]);
const twoRuns: SegmentSketch[] = [{}, {}, { runIndex: 1 }, { runIndex: 1 }];

describe('a plan that is not the fast one', () => {
  it.each<[string, SegmentSketch[], InputSketch, string[] | undefined]>([
    ['nothing, when it is', repeat(4), { output: mp4 }, undefined],
    [
      'a codec that ffmpeg copies',
      repeat(4),
      { output: mp4, probe: streams(['video', 'mpeg4']) },
      ['codec-copied-by-ffmpeg'],
    ],
    ['streams that were not recognised', repeat(4), { output: mp4, probe: streams() }, ['streams-unknown']],
    [
      'one stream that was not recognised',
      repeat(4),
      { output: mp4, probe: streams(['video', 'h264'], ['unknown', 'private']) },
      ['streams-unknown'],
    ],
    ['a codec that must be encoded', repeat(4), { output: mp4, probe: streams(['video', 'vc1']) }, ['codec-encoded']],
    [
      'a change that must be encoded',
      twoRuns,
      {
        ...{ output: mp4, probe: h264 },
        probes: [[2, streams(['video', 'h264'], ['audio', 'aac', 44_100])]],
      },
      ['change-encoded'],
    ],
    ['stores that cannot copy', repeat(4), { abilities: { storeCopy: false } }, ['no-store-copy']],
    ['parts of one size', repeat(4), { abilities: { equalParts: true } }, ['equal-parts']],
    ['a discontinuity', twoRuns, {}, ['discontinuity']],
    ['not the clean ts that was asked for', twoRuns, { output: { clean: true } }, undefined],
    ['not what was asked for', repeat(4), { output: { storeCopy: false } }, undefined],
    ['not one ffmpeg either', repeat(4), { output: { ...mp4, pipeline: 'single-ffmpeg' } }, undefined],
  ])('names %s', (_name, sketches, sketch, expected) => {
    const plan = planOf(sketches, sketch);
    expect(plan.fallbacks).toEqual(expected);
    if (expected) expect(plan.reason).toBeDefined();
  });
});
