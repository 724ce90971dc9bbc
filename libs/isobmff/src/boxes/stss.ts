import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

/** ISO/IEC 14496-12 §8.6.2: 1-based numbers of the samples decoding can start from. Without the box every sample is one. */
export function writeStss(w: ByteWriter, sampleNumbers: readonly number[]): void {
  w.fullBox('stss', 0, 0, () => {
    w.u32(sampleNumbers.length);
    for (const number of sampleNumbers) w.u32(number);
  });
}

export function readStss(box: BoxView): number[] {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0);
  return Array.from({ length: cursor.entryCount(4) }, () => cursor.u32());
}
