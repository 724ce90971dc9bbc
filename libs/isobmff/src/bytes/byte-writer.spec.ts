import { describe, expect, it } from '@jest/globals';
import { type ByteWriter, bytesOf } from './byte-writer.js';

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

describe('byte writer', () => {
  it.each<[string, (w: ByteWriter) => void, string]>([
    ['u8', (w) => w.u8(0xab), 'ab'],
    ['u16', (w) => w.u16(0xabcd), 'abcd'],
    ['u24', (w) => w.u24(0xabcdef), 'abcdef'],
    ['u32', (w) => w.u32(0xffffffff), 'ffffffff'],
    ['i32', (w) => w.i32(-2), 'fffffffe'],
    ['u64', (w) => w.u64(2 ** 40 + 1), '0000010000000001'],
    ['i64', (w) => w.i64(-1), 'ffffffffffffffff'],
    ['latin1', (w) => w.latin1('qt  '), '71742020'],
  ])('writes %s big-endian', (_name, write, expected) => {
    expect(toHex(bytesOf(write))).toBe(expected);
    // across the border where the buffer grows
    for (let lead = 1015; lead <= 1024; lead++) {
      const bytes = bytesOf((w) => {
        w.zeros(lead);
        write(w);
      });
      expect(toHex(bytes.subarray(lead))).toBe(expected);
    }
  });

  it.each<[string, (w: ByteWriter) => void]>([
    ['u8', (w) => w.u8(256)],
    ['u16', (w) => w.u16(-1)],
    ['u24', (w) => w.u24(2 ** 24)],
    ['u32', (w) => w.u32(2 ** 32)],
    ['i32', (w) => w.i32(2 ** 31)],
    ['u64', (w) => w.u64(-1)],
    ['i64', (w) => w.i64(0.5)],
  ])('refuses what does not fit %s', (_name, write) => {
    expect(() => bytesOf(write)).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
  });

  it('patches the sizes of nested boxes', () => {
    const bytes = bytesOf((w) => w.box('aaaa', () => w.fullBox('bbbb', 1, 2, () => w.u8(7))));
    expect(toHex(bytes)).toBe('00000015616161610000000d626262620100000207');
  });
});
