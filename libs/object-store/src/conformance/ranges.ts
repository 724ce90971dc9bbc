import { describe, expect, it } from '@jest/globals';
import type { ByteRange, ObjectLocation } from '../object-store.js';
import { collect, expectSameBytes, FIVE_MIB, freshKey, type Given, outcome, SMALL, uploadWith } from './given.js';

const SIZE = SMALL.byteLength;

export const rangesConformance = (given: Given): void =>
  describe('ranges', () => {
    const put = async (body: Uint8Array = SMALL): Promise<ObjectLocation> => {
      const at = freshKey(given, 'ranges');
      await given.store().put(at, body);
      return at;
    };

    it.each<[string, ByteRange]>([
      ['the first byte', [0, 1]],
      ['bytes inside', [100, 200]],
      ['the last byte', [SIZE - 1, SIZE]],
      ['all bytes', [0, SIZE]],
      ['bytes to the end and beyond it', [SIZE - 10, SIZE + 100]],
    ])('gives %s', async (_name, range) => {
      const at = await put();
      const expected = SMALL.subarray(...range);
      expectSameBytes(await collect(await given.store().get(at, { range })), expected);
      expectSameBytes(await given.store().getBytes(at, { range, limitBytes: SIZE }), expected);
    });

    it.each<[string, ByteRange]>([
      ['that starts at the end', [SIZE, SIZE + 1]],
      ['of no bytes', [5, 5]],
      ['that runs backwards', [6, 5]],
      ['that starts before the object', [-1, 5]],
      ['of half a byte', [0, 0.5]],
    ])('refuses a range %s', async (_name, range) => {
      const at = await put();
      expect(await outcome(given.store().get(at, { range }))).toBe('range-not-satisfiable');
      expect(await outcome(given.store().getBytes(at, { range, limitBytes: SIZE }))).toBe('range-not-satisfiable');
    });

    it('refuses any range of an object of no bytes', async () => {
      const at = await put(new Uint8Array(0));
      expect(await outcome(given.store().get(at, { range: [0, 1] }))).toBe('range-not-satisfiable');
    });

    it('counts the limit against the range, not the object', async () => {
      const at = await put();
      expect(await given.store().getBytes(at, { range: [0, 10], limitBytes: 10 })).toHaveLength(10);
      expect(await outcome(given.store().getBytes(at, { range: [0, 11], limitBytes: 10 }))).toBe('too-large');
    });

    it('gives bytes across the border of two parts', async () => {
      const at = freshKey(given, 'ranges');
      const { uploadId, parts } = await uploadWith(given, at, [FIVE_MIB, SMALL]);
      await given.store().completeUpload(at, uploadId, parts);
      const border = FIVE_MIB.byteLength;
      const bytes = await given.store().getBytes(at, { range: [border - 10, border + 10], limitBytes: 20 });
      expectSameBytes(bytes, Buffer.concat([FIVE_MIB.subarray(border - 10), SMALL.subarray(0, 10)]));
    });
  });
