import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RunLengthTable } from '../bytes/run-length-table.js';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readCtts, writeCtts } from './ctts.js';

describe('ctts', () => {
  it('is of version 0 without negative offsets', () => {
    expect(hexOf((w) => writeCtts(w, RunLengthTable.of([6000, 0, 0])))).toBe(
      hex('00000020 63747473 00000000 00000002 00000001 00001770 00000002 00000000'),
    );
  });

  it('is of version 1 with a negative offset', () => {
    expect(hexOf((w) => writeCtts(w, RunLengthTable.of([-1])))).toBe(
      hex('00000018 63747473 01000000 00000001 00000001 ffffffff'),
    );
  });

  it('reads back any offsets', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -90_000, max: 900_000 })), (offsets) => {
        const box = written((w) => writeCtts(w, RunLengthTable.of(offsets)));
        expect([...readCtts(box).expand()]).toEqual(offsets);
      }),
    );
  });
});
