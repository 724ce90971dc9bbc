import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RunLengthTable } from '../bytes/run-length-table.js';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readStts, writeStts } from './stts.js';

describe('stts', () => {
  it('counts equal durations', () => {
    expect(hexOf((w) => writeStts(w, RunLengthTable.of([3000, 3000, 3003])))).toBe(
      hex('00000020 73747473 00000000 00000002 00000002 00000bb8 00000001 00000bbb'),
    );
  });

  it('reads back any durations', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffffffff })), (durations) => {
        const box = written((w) => writeStts(w, RunLengthTable.of(durations)));
        expect([...readStts(box).expand()]).toEqual(durations);
      }),
    );
  });
});
