import type { ByteWriter } from '../bytes/byte-writer.js';

/** ISO/IEC 14496-12 §12.1.2: mode copy, no colour. Flags must be 1. */
export function writeVmhd(w: ByteWriter): void {
  w.fullBox('vmhd', 0, 1, () => w.zeros(8));
}
