import { describe, expect, it } from '@jest/globals';
import { beginsAnew, mayBeginAnew, withoutLeading } from './begins-anew.js';
import { nalsOf, toLengthPrefixed } from './length-prefixed.js';

const hevc = (...types: number[]): Uint8Array =>
  toLengthPrefixed(types.map((type) => Uint8Array.of(type << 1, 1, 0xa0, type)));
const typesOf = (data: Uint8Array): number[] => nalsOf(data).map((nal) => nal[0] >> 1);

describe('a picture behind any other one', () => {
  it.each([
    ['BLA_W_LP', 16, true, true],
    ['BLA_N_LP', 18, true, true],
    ['IDR_W_RADL', 19, true, true],
    ['IDR_N_LP', 20, true, true],
    ['CRA', 21, false, true],
    ['a reserved type', 22, false, false],
    ['a trailing picture', 1, false, false],
  ])('begins anew, or may: %s', (_name, type, begins, may) => {
    expect([beginsAnew('hevc', hevc(35, type)), mayBeginAnew('hevc', hevc(35, type))]).toEqual([begins, may]);
  });

  it.each([
    ['h264', 0x65, true],
    ['h264', 0x41, false],
    ['mpeg2video', 0x65, false],
  ] as const)('of %s with header %d begins anew: %s, or never', (codec, header, begins) => {
    const data = toLengthPrefixed([Uint8Array.of(header, 1, 0x80)]);
    expect([beginsAnew(codec, data), mayBeginAnew(codec, data)]).toEqual([begins, false]);
  });

  it.each([
    ['CRA', 21, 18],
    ['BLA_W_LP', 16, 18],
    ['IDR_W_RADL', 19, 20],
  ])('has no leading pictures: %s', (_name, from, to) => {
    const data = hevc(35, 39, from, from);
    const changed = withoutLeading(data);
    expect(typesOf(changed)).toEqual([35, 39, to, to]);
    expect(nalsOf(changed).map((nal) => nal.subarray(1))).toEqual(nalsOf(data).map((nal) => nal.subarray(1)));
    expect(typesOf(data)).toEqual([35, 39, from, from]);
  });

  it('lets the pictures before it be shown, whatever the CRA said', () => {
    const cra = (...bytes: number[]): Uint8Array => toLengthPrefixed([Uint8Array.of(21 << 1, 1, ...bytes)]);
    expect(nalsOf(withoutLeading(cra(0xe0, 7)))).toEqual([Uint8Array.of(18 << 1, 1, 0xa0, 7)]);
    expect(nalsOf(withoutLeading(cra(0x40, 0, 1)))).toEqual([Uint8Array.of(18 << 1, 1, 0, 0, 3, 1)]);
  });
});
