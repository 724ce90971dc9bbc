import { describe, expect, it } from '@jest/globals';
import { coresOfEncode } from './cores-of-encode.js';

describe('the cores of an encode', () => {
  it.each([
    ['all for a video that is one range', 1, 2, 8, { coreCount: 8 }],
    ['all in a worker of one slot', 6, 1, 8, { coreCount: 8 }],
    ['half of them with one neighbour', 6, 2, 8, { coreCount: 4, threadCount: 4 }],
    ['a share for each range where slots are left', 2, 4, 8, { coreCount: 4, threadCount: 4 }],
    ['what cannot be shared evenly, rounded up', 6, 3, 8, { coreCount: 3, threadCount: 3 }],
    ['one where there are more slots than cores', 6, 4, 2, { coreCount: 1, threadCount: 1 }],
  ])('are %s', (_name, rangeCount, slots, coreCount, expected) => {
    expect(coresOfEncode(rangeCount, slots, coreCount)).toEqual(expected);
  });
});
