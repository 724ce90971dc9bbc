import { describe, expect, it } from '@jest/globals';
import { neededKeys, neededProbes } from './needed.js';
import { DEFAULT_PLAN_LIMITS } from './plan-input.js';
import { wall } from './planned.fixture.js';
import { inputOf, outputOf, recording, repeat } from './recording.fixture.js';

describe('what a plan needs to know', () => {
  it('is the size of each object of the range, its lead and its tail, and the one that says whether the run goes on', () => {
    const { timeline } = recording([...repeat(4), { gap: true }, ...repeat(4)]);
    const { range } = inputOf({ timeline, sizes: new Map() }, { range: wall(19_000, 12_000) }).clips[0];
    const keys = neededKeys(timeline, range, DEFAULT_PLAN_LIMITS);
    expect(keys).toEqual([1, 2, 3, 5, 6, 7].map((index) => `rec/${index}.ts`));
  });

  it('is each object once, however many ranges of it', () => {
    const { timeline } = recording(repeat(4, { key: 'big', byteRange: [0, 1] }));
    const { range } = inputOf({ timeline, sizes: new Map() }).clips[0];
    expect(neededKeys(timeline, range, DEFAULT_PLAN_LIMITS)).toEqual(['big']);
  });

  it('is the first bytes of the range and of every run in it, up to a limit', () => {
    const sketches = [{}, {}, { runIndex: 1 }, { gap: true, runIndex: 1 }, { runIndex: 1 }, { runIndex: 2 }];
    const [clip] = inputOf(recording(sketches), { range: wall(7000, 29_000) }).clips;
    const probes = (changes: Parameters<typeof outputOf>[0], maxProbes = 32) =>
      neededProbes(clip, outputOf(changes), { ...DEFAULT_PLAN_LIMITS, maxProbes });
    expect(probes({})).toEqual([1, 2, 4, 5]);
    expect(probes({}, 2)).toEqual([1, 2]);
    expect(probes({ container: 'image' })).toEqual([1]);
    expect(probes({ container: 'playlist-json' })).toEqual([]);
  });
});
