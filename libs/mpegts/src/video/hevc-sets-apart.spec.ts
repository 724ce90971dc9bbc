import { describe, expect, it } from '@jest/globals';
import { hevcSetsApart } from './hevc-sets-apart.js';
import { nalsOf, toLengthPrefixed } from './length-prefixed.js';

/** Type, layer 0, temporal id 0, payload. */
const nal = (type: number, ...payload: number[]): Uint8Array => Uint8Array.of(type << 1, 1, ...payload);
const [VPS, SPS, PPS] = [nal(32, 1), nal(33, 2), nal(34, 3)];
const [DELIMITER, SEI, IDR, SLICE] = [nal(35, 0x50), nal(39, 4), nal(19, 5), nal(1, 6)];
const config = { vps: [nal(32, 9), VPS], sps: [SPS], pps: [PPS] };

const apart = (...nals: Uint8Array[]): { kept: Uint8Array[]; sets: Uint8Array[] } | undefined => {
  const found = hevcSetsApart(toLengthPrefixed(nals), config);
  return found && { kept: nalsOf(Buffer.concat(found.kept)), sets: nalsOf(Buffer.concat(found.sets)) };
};
const plain = (nals: readonly Uint8Array[]): number[][] => nals.map((each) => [...each]);

describe('parameter sets of HEVC apart', () => {
  it.each([
    ['between delimiter and picture', [DELIMITER, VPS, SPS, PPS, SEI, IDR], [DELIMITER, SEI, IDR], [VPS, SPS, PPS]],
    ['at the start', [VPS, SPS, PPS, IDR, SLICE], [IDR, SLICE], [VPS, SPS, PPS]],
    ['apart from each other', [DELIMITER, VPS, SEI, PPS, IDR], [DELIMITER, SEI, IDR], [VPS, PPS]],
    ['one of them alone', [PPS, SLICE], [SLICE], [PPS]],
  ])('are what a sample has of its configuration: %s', (_, nals, kept, sets) => {
    const found = apart(...nals)!;
    expect(plain(found.kept)).toEqual(plain(kept));
    expect(plain(found.sets)).toEqual(plain(sets));
  });

  it.each([
    ['there are none', [DELIMITER, SEI, IDR, SLICE]],
    ['one is not in the configuration', [VPS, SPS, nal(34, 3, 3), IDR]],
    ['the last of two with one id is in the configuration, and the first is not', [nal(33, 7), SPS, IDR]],
    ['one is of another kind than the same bytes in the configuration', [nal(33, 1), IDR]],
    ['the sample is empty', []],
  ])('stay where %s', (_, nals) => {
    expect(apart(...nals)).toBeUndefined();
  });

  it('take no byte of the sample with them, and leave none', () => {
    const data = toLengthPrefixed([DELIMITER, VPS, SPS, PPS, SEI, IDR]);
    const { kept, sets } = hevcSetsApart(data, config)!;
    const places = [...kept, ...sets].map(({ byteOffset, length }) => [byteOffset - data.byteOffset, length]);
    let end = 0;
    for (const [at, length] of places.toSorted(([a], [b]) => a - b)) {
      expect(at).toBe(end);
      end += length;
    }
    expect(end).toBe(data.length);
  });
});
