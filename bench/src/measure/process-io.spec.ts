import { describe, expect, it } from '@jest/globals';
import { parseIo, passedBytes, readIo } from './process-io.js';

describe('bytes that pass a process', () => {
  it('are those of its calls, whether or not a disk was asked', () => {
    const io =
      'rchar: 1500\nwchar: 200\nsyscr: 7\nsyscw: 3\nread_bytes: 4096\nwrite_bytes: 0\ncancelled_write_bytes: 0\n';
    expect(parseIo(io)).toEqual({ readBytes: 1500, writtenBytes: 200 });
  });

  it.each([
    ['both directions', { readBytes: 10, writtenBytes: 5 }, { readBytes: 30, writtenBytes: 6 }, 21],
    ['a process that began anew', { readBytes: 10, writtenBytes: 5 }, { readBytes: 1, writtenBytes: 1 }, undefined],
    ['a process that is gone', { readBytes: 10, writtenBytes: 5 }, undefined, undefined],
  ])('are counted for %s', (_what, before, after, expected) => {
    expect(passedBytes(before, after)).toBe(expected);
  });

  it('are not known of a process that does not run', () => {
    expect(readIo(-1)).toBeUndefined();
  });
});
