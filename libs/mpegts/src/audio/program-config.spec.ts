import { describe, expect, it } from '@jest/globals';
import { BitWriter } from '../video/bit-writer.js';
import { programConfigChannels } from './program-config.js';

/** Elements: true is a pair. */
const element = (front: boolean[], side: boolean[], back: boolean[], lfeCount: number, mixdown = false): Uint8Array => {
  const writer = new BitWriter().bits(5, 3).bits(0, 4).bits(1, 2).bits(3, 4);
  for (const list of [front, side, back]) writer.bits(list.length, 4);
  writer.bits(lfeCount, 2).bits(0, 3).bits(0, 4);
  for (const width of [4, 4, 3]) writer.bits(mixdown ? 1 : 0, 1).bits(0, mixdown ? width : 0);
  for (const isPair of [...front, ...side, ...back]) writer.bits(isPair ? 1 : 0, 1).bits(0, 4);
  return writer
    .bits(0, 4 * lfeCount)
    .bits(0, 16)
    .aligned();
};

describe('programConfigChannels', () => {
  it.each([
    ['two pairs', element([true], [], [true], 0), 4],
    ['7.1', element([false, true], [true], [true], 1), 8],
    ['5.1 with mixdowns', element([false, true], [], [true], 1, true), 6],
    ['a block that begins with a pair', Uint8Array.of(0x20, 0, 0, 0, 0, 0, 0, 0), 0],
    ['an element that is not whole', element([true], [], [true], 0).subarray(0, 4), 0],
  ])('reads %s', (_name, block, channelCount) => {
    expect(programConfigChannels(block)).toBe(channelCount);
  });
});
