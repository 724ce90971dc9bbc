import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BitWriter, escape } from './bit-writer.js';
import { h264Buffering, seenReorderFrames, withH264Buffering } from './h264-buffering.js';
import { parseH264Sps } from './h264-sps.js';

interface SpsOptions {
  /** max_num_reorder_frames, max_dec_frame_buffering */
  told?: readonly [number, number];
  hrd?: boolean;
  levelIdc?: number;
  hasUsability?: boolean;
}

/** High, fields, 720x576, a clock of 50 ticks a second. */
const sps = ({ told, hrd, levelIdc = 30, hasUsability = true }: SpsOptions): Uint8Array => {
  const writer = new BitWriter().bits(100, 8).bits(0, 8).bits(levelIdc, 8).unsigned(1, 1, 0, 0).bits(0, 2);
  writer.unsigned(0, 0, 0, 1).bits(0, 1).unsigned(44, 17).bits(0b0110, 4);
  if (!hasUsability) return nalOf(writer.bits(0, 1));
  writer.bits(1, 1).bits(1, 1).bits(1, 8).bits(0, 3).bits(1, 1).bits(1, 32).bits(50, 32).bits(1, 1);
  if (hrd) writer.bits(1, 1).unsigned(0).bits(0, 8).unsigned(999, 2999).bits(1, 1).bits(0, 20).bits(0, 2);
  else writer.bits(0, 2);
  writer.bits(1, 1);
  if (told === undefined) return nalOf(writer.bits(0, 1));
  return nalOf(writer.bits(0b11, 2).unsigned(0, 0, 9, 9, ...told));
};
const nalOf = (writer: BitWriter): Uint8Array => Uint8Array.of(0x67, ...escape(writer.bytes()));

const small = fc.nat(16);

describe('what an H.264 set tells of a decoder', () => {
  it('is what it says', () => {
    for (const hrd of [false, true]) {
      const expected = { maxNumReorderFrames: 2, maxDecFrameBuffering: 4 };
      expect(h264Buffering(sps({ told: [2, 4], hrd }), 0)).toEqual(expected);
    }
  });

  it.each([
    // 45 × 36 macroblocks
    [30, 5],
    [31, 11],
    [40, 16],
  ])('is the largest buffer of its level where it says nothing: %i', (levelIdc, maxDecFrameBuffering) => {
    const expected = { maxNumReorderFrames: 3, maxDecFrameBuffering };
    expect(h264Buffering(sps({ levelIdc }), 3)).toEqual(expected);
    expect(h264Buffering(sps({ levelIdc, hasUsability: false }), 3)).toEqual(expected);
  });

  it('is changed to what is wished, never to less, and nothing else of the set is', () => {
    fc.assert(
      fc.property(small, small, small, small, fc.boolean(), (ownReorder, ownHeld, reorder, held, hrd) => {
        const own = sps({ told: [ownReorder, ownHeld], hrd });
        const changed = withH264Buffering(own, { maxNumReorderFrames: reorder, maxDecFrameBuffering: held });
        const most = Math.max(ownReorder, reorder);
        expect(changed).toEqual(sps({ told: [most, Math.max(ownHeld, held, most)], hrd }));
        expect(parseH264Sps(changed)).toEqual(parseH264Sps(own));
      }),
    );
  });

  it('stays as it is where it says nothing', () => {
    const own = sps({});
    expect(withH264Buffering(own, { maxNumReorderFrames: 2, maxDecFrameBuffering: 4 })).toBe(own);
  });
});

describe('the pictures that are seen to be reordered', () => {
  it.each([
    ['none', [], 0],
    ['in the order they are shown', [0, 1, 2, 3], 0],
    ['one B picture', [0, 2, 1, 4, 3], 1],
    ['a pyramid', [0, 8, 4, 2, 1, 3, 6, 5, 7], 3],
    ['more than a decoder may hold', Array.from({ length: 40 }, (_, index) => 40 - index), 16],
  ])('are counted: %s', (_name, ptsTicks, expected) => {
    expect(seenReorderFrames(ptsTicks)).toBe(expected);
  });

  it('are as many as come before one and are shown behind it', () => {
    const times = fc.uniqueArray(fc.nat(1_000), { maxLength: 60 });
    fc.assert(
      fc.property(times, (ptsTicks) => {
        const counts = ptsTicks.map((ticks, index) => ptsTicks.slice(0, index).filter((other) => other > ticks).length);
        expect(seenReorderFrames(ptsTicks)).toBe(Math.min(16, Math.max(0, ...counts)));
      }),
    );
  });

  it('are counted in an hour of pictures without a keyframe', () => {
    const hour = Array.from({ length: 180_000 }, (_, index) => (index % 2 === 0 ? index : index - 2));
    expect(seenReorderFrames(hour)).toBe(1);
  });
});
