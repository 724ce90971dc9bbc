import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';
import { RunLengthTable } from '../bytes/run-length-table.js';

/** ISO/IEC 14496-12 §8.6.1.2: how long each sample lasts until the next is decoded. */
export function writeStts(w: ByteWriter, durations: RunLengthTable): void {
  w.fullBox('stts', 0, 0, () => {
    w.u32(durations.counts.length);
    for (let i = 0; i < durations.counts.length; i++) {
      w.u32(durations.counts[i]);
      w.u32(durations.values[i]);
    }
  });
}

export function readStts(box: BoxView): RunLengthTable {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0);
  const durations = new RunLengthTable();
  for (let n = cursor.entryCount(8); n > 0; n--) {
    const count = cursor.u32();
    durations.append(cursor.u32(), count);
  }
  return durations;
}
