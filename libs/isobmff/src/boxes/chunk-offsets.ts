import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

/** ISO/IEC 14496-12 §8.7.5: where each chunk starts in the file; `co64` when an offset leaves 32 bits. */
export function writeChunkOffsets(w: ByteWriter, offsets: readonly number[], large: boolean): void {
  w.fullBox(large ? 'co64' : 'stco', 0, 0, () => {
    w.u32(offsets.length);
    for (const offset of offsets) {
      if (large) w.u64(offset);
      else w.u32(offset);
    }
  });
}

export function readChunkOffsets(box: BoxView): number[] {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0);
  const large = box.type === 'co64';
  return Array.from({ length: cursor.entryCount(large ? 8 : 4) }, () => (large ? cursor.u64() : cursor.u32()));
}
