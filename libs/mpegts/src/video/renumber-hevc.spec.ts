import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BitReader, unescape } from './bit-reader.js';
import { BitWriter, escape } from './bit-writer.js';
import { hevcBuffering } from './hevc-buffering.js';
import {
  FIRST_NINE_BIT_ID,
  freeHevcSetIds,
  hevcPpsId,
  hevcSpsId,
  hevcVpsId,
  LAST_NINE_BIT_ID,
} from './hevc-set-ids.js';
import { renumberHevc } from './renumber-hevc.js';

const unit = (type: number, rbsp: Uint8Array): Uint8Array => Uint8Array.of(type << 1, 1, ...escape(rbsp));
const rbspOf = (nal: Uint8Array): Uint8Array => unescape(nal.subarray(2));
const PROFILE = Uint8Array.of(0x21, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 120);
const OWN_PROFILE = [0x01, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 63];

const BUFFERING = { maxDecPicBufferingMinus1: 4, maxNumReorderPics: 2, maxLatencyIncreasePlus1: 5 };
/** As x265 tells them of pictures without reordering, and as they are to be told. */
const [OWN_HELD, HELD] = [
  [2, 0, 0],
  [4, 2, 5],
] as const;
const vps = (id = 0, held: readonly number[] = OWN_HELD): Uint8Array => {
  const writer = new BitWriter().bits(id, 4).bits(0b11, 2).bits(0, 6).bits(0, 3).bits(1, 1).bits(0xffff, 16);
  for (const byte of OWN_PROFILE) writer.bits(byte, 8);
  return unit(
    32,
    writer
      .bits(1, 1)
      .unsigned(...held)
      .bits(0b0010110, 7)
      .bytes(),
  );
};
interface SpsOptions {
  /** Sub-layers that tell profile and level of their own. */
  layers?: number;
  held?: readonly number[];
}
/** Up to what a decoder holds, then `rest`: bits that nobody looks at. */
const sps = (id: number, rest: readonly boolean[], { layers = 1, held = OWN_HELD }: SpsOptions = {}): Uint8Array => {
  const writer = new BitWriter()
    .bits(0, 4)
    .bits(layers - 1, 3)
    .bits(1, 1);
  for (const byte of OWN_PROFILE) writer.bits(byte, 8);
  for (let layer = 1; layer < layers; layer++) writer.bits(3, 2);
  if (layers > 1) writer.bits(0, 2 * (9 - layers));
  for (let layer = 1; layer < layers; layer++) writer.bits(0, 96);
  // 4:2:0, 320x192, cropped by 6 rows of chroma, 8 bits, picture order counts of 8 bits
  writer.unsigned(id, 1, 320, 192).bits(1, 1).unsigned(0, 0, 0, 6, 0, 0, 4).bits(1, 1);
  for (let layer = 0; layer < layers; layer++) writer.unsigned(...held);
  for (const bit of rest) writer.bits(bit ? 1 : 0, 1);
  return unit(33, writer.bytes());
};
const pps = (id: number, spsId: number, rest: readonly boolean[]): Uint8Array => {
  const writer = new BitWriter().unsigned(id, spsId);
  for (const bit of rest) writer.bits(bit ? 1 : 0, 1);
  return unit(34, writer.bytes());
};
const bitsBehind = (rbsp: Uint8Array, skip: (reader: BitReader) => void): string => {
  const reader = new BitReader(rbsp);
  skip(reader);
  const all = [...rbsp].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return all.slice(reader.position).replace(/10*$/, '');
};
const bits = fc.array(fc.boolean(), { maxLength: 200 });
const ids = fc.record({
  vps: fc.integer({ min: 0, max: 15 }),
  sps: fc.integer({ min: 0, max: 15 }),
  pps: fc.integer({ min: FIRST_NINE_BIT_ID, max: LAST_NINE_BIT_ID }),
});
const bytes = fc
  .array(fc.oneof(fc.constantFrom(0, 0, 1, 2, 3), fc.nat(255)), { maxLength: 60 })
  .map((list) => Uint8Array.from(list));

describe('HEVC under other ids', () => {
  it('has parameter sets of these ids, with all else that they say', () => {
    fc.assert(
      fc.property(ids, bits, fc.integer({ min: 1, max: 7 }), (to, rest, layers) => {
        const numbering = { ids: to, generalProfileTierLevel: PROFILE, buffering: BUFFERING };
        const given = [vps(), sps(0, rest, { layers }), pps(0, 0, rest)];
        const sets = renumberHevc(given, numbering)!;
        expect([hevcVpsId(sets[0]), hevcSpsId(sets[1]), hevcPpsId(sets[2])]).toEqual([to.vps, to.sps, to.pps]);
        expect(rbspOf(sets[0]).subarray(4, 16)).toEqual(PROFILE);
        expect(rbspOf(sets[0]).subarray(16)).toEqual(rbspOf(vps(to.vps, HELD)).subarray(16));
        expect(hevcBuffering(sets[1])).toEqual(BUFFERING);
        const own = rest.map(Number).join('');
        const expected = sps(to.sps, rest, { layers, held: HELD });
        const wanted = rbspOf(expected).slice();
        wanted.set(PROFILE, 1);
        wanted[0] |= to.vps << 4;
        expect(rbspOf(sets[1])).toEqual(wanted);
        const skipIds = (reader: BitReader): void => void [reader.unsigned(), reader.unsigned()];
        expect(bitsBehind(rbspOf(sets[2]), skipIds)).toBe(own);
      }),
    );
  });

  it.each([
    ['an IDR picture', 20, 2],
    ['a CRA picture', 21, 2],
    ['another picture', 1, 1],
  ])('has slices that name the set, and are the same behind it: %s', (_name, type, flagCount) => {
    fc.assert(
      fc.property(ids, bytes, fc.nat(127), fc.integer({ min: 0, max: 3 }), (to, data, behind, flags) => {
        const first = ((flags & ((1 << flagCount) - 1)) << (8 - flagCount)) | (1 << (7 - flagCount));
        const rbsp = Uint8Array.of(first | (behind & ((1 << (7 - flagCount)) - 1)), ...data, 0x80);
        const [slice] = renumberHevc([unit(type, rbsp)], {
          ids: to,
          generalProfileTierLevel: PROFILE,
          buffering: BUFFERING,
        })!;
        const reader = new BitReader(rbspOf(slice));
        expect(reader.bits(flagCount)).toBe(flags & ((1 << flagCount) - 1));
        expect(reader.unsigned()).toBe(to.pps);
        expect(reader.position).toBe(flagCount + 9);
        expect(rbspOf(slice)[1] & ((1 << (7 - flagCount)) - 1)).toBe(rbsp[0] & ((1 << (7 - flagCount)) - 1));
        expect(rbspOf(slice).subarray(2)).toEqual(rbsp.subarray(1));
      }),
    );
  });

  it('keeps delimiters, leaves out supplemental information and the zeros behind a unit', () => {
    const to = { vps: 1, sps: 1, pps: 15 };
    const [aud, sei] = [Uint8Array.of(35 << 1, 1, 0x10), Uint8Array.of(39 << 1, 1, 5, 1, 7, 0x80)];
    const slice = unit(1, Uint8Array.of(0xc0, 9, 0x80));
    const numbering = { ids: to, generalProfileTierLevel: PROFILE, buffering: BUFFERING };
    const expected = renumberHevc([aud, slice], numbering);
    expect(expected).toHaveLength(2);
    expect(renumberHevc([aud, sei, Uint8Array.of(...slice, 0)], numbering)).toEqual(expected);
  });

  it.each([
    ['video', vps(1)],
    ['sequence', sps(1, [])],
    ['picture', pps(1, 0, [])],
    ['the sequence of a picture', pps(0, 1, [])],
    ['slice', unit(1, Uint8Array.of(0x80, 0x80))],
  ])('is not made of what has other ids than 0 already: %s', (_name, nal) => {
    const numbering = { ids: { vps: 2, sps: 2, pps: 16 }, generalProfileTierLevel: PROFILE, buffering: BUFFERING };
    expect(renumberHevc([nal], numbering)).toBeUndefined();
  });

  it('is told to need no less than it does', () => {
    const little = { maxDecPicBufferingMinus1: 1, maxNumReorderPics: 0, maxLatencyIncreasePlus1: 0 };
    const numbering = { ids: { vps: 1, sps: 1, pps: 15 }, generalProfileTierLevel: PROFILE, buffering: little };
    const [set] = renumberHevc([sps(0, [])], numbering)!;
    expect(hevcBuffering(set)).toEqual({ ...little, maxDecPicBufferingMinus1: OWN_HELD[0] });
  });

  it('has ids that are free', () => {
    const taken = { vps: [vps(0), vps(1)], sps: [sps(0, []), sps(3, [])], pps: [pps(0, 0, []), pps(15, 0, [])] };
    expect(freeHevcSetIds(taken).slice(0, 3)).toEqual([
      { vps: 2, sps: 2, pps: 16 },
      { vps: 4, sps: 4, pps: 17 },
      { vps: 5, sps: 5, pps: 18 },
    ]);
    const all = Array.from({ length: 16 }, (_, id) => sps(id, []));
    expect(freeHevcSetIds({ ...taken, sps: all })).toEqual([]);
  });
});

describe('escape', () => {
  it('makes what has no start code in it, and unescape takes it back', () => {
    fc.assert(
      fc.property(bytes, (rbsp) => {
        const whole = Uint8Array.of(...rbsp, 0x80);
        const nal = escape(whole);
        expect(unescape(nal)).toEqual(whole);
        for (let at = 0; at + 2 < nal.length; at++) {
          expect(nal[at] === 0 && nal[at + 1] === 0 && nal[at + 2] < 3).toBe(false);
        }
      }),
    );
  });

  it('puts a byte behind zeros at the end', () => {
    expect(escape(Uint8Array.of(1, 0, 0))).toEqual(Uint8Array.of(1, 0, 0, 3));
  });
});
