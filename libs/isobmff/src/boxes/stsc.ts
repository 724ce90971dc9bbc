import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

/** Chunks from `firstChunk` on (1-based) hold `samplesPerChunk` samples of one `stsd` entry (1-based). */
export interface StscEntry {
  readonly firstChunk: number;
  readonly samplesPerChunk: number;
  readonly descriptionIndex: number;
}

/** ISO/IEC 14496-12 §8.7.4 */
export function writeStsc(w: ByteWriter, entries: readonly StscEntry[]): void {
  w.fullBox('stsc', 0, 0, () => {
    w.u32(entries.length);
    for (const entry of entries) {
      w.u32(entry.firstChunk);
      w.u32(entry.samplesPerChunk);
      w.u32(entry.descriptionIndex);
    }
  });
}

export function readStsc(box: BoxView): StscEntry[] {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0);
  return Array.from({ length: cursor.entryCount(12) }, () => ({
    firstChunk: cursor.u32(),
    samplesPerChunk: cursor.u32(),
    descriptionIndex: cursor.u32(),
  }));
}
