import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';
import { IsobmffError } from '../isobmff-error.js';

/** ISO/IEC 14496-12 §8.7.3.2: bytes of each sample; one number when all are equal. */
export function writeStsz(w: ByteWriter, sizesBytes: readonly number[]): void {
  const common = sizesBytes.length > 0 && sizesBytes.every((size) => size === sizesBytes[0]) ? sizesBytes[0] : 0;
  w.fullBox('stsz', 0, 0, () => {
    w.u32(common);
    w.u32(sizesBytes.length);
    if (common === 0) for (const size of sizesBytes) w.u32(size);
  });
}

/** A common size needs no table: only this bounds how many samples a file of a few bytes may claim. */
const MAX_SAMPLES = 1 << 27;

export function readStsz(box: BoxView): number[] {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0);
  const common = cursor.u32();
  if (common === 0) return Array.from({ length: cursor.entryCount(4) }, () => cursor.u32());
  const count = cursor.u32();
  if (count > MAX_SAMPLES) {
    throw new IsobmffError('count-out-of-bounds', `${count} samples`, { boxPath: box.path, byteOffset: box.bodyByte });
  }
  return Array.from({ length: count }, () => common);
}
