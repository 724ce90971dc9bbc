import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';
import { RunLengthTable } from '../bytes/run-length-table.js';

/** ISO/IEC 14496-12 §8.6.1.3: composition − decoding time. Version 1 only when an offset is negative: old readers know 0 alone. */
export function writeCtts(w: ByteWriter, offsets: RunLengthTable): void {
  const signed = offsets.values.some((offset) => offset < 0);
  w.fullBox('ctts', signed ? 1 : 0, 0, () => {
    w.u32(offsets.counts.length);
    for (let i = 0; i < offsets.counts.length; i++) {
      w.u32(offsets.counts[i]);
      if (signed) w.i32(offsets.values[i]);
      else w.u32(offsets.values[i]);
    }
  });
}

export function readCtts(box: BoxView): RunLengthTable {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0, 1);
  const offsets = new RunLengthTable();
  for (let n = cursor.entryCount(8); n > 0; n--) {
    const count = cursor.u32();
    // Writers put negative offsets into version 0 too; no offset reaches 2^31.
    offsets.append(cursor.i32(), count);
  }
  return offsets;
}
