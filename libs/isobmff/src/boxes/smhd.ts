import type { ByteWriter } from '../bytes/byte-writer.js';

/** ISO/IEC 14496-12 §12.2.2: balance in the middle. */
export function writeSmhd(w: ByteWriter): void {
  w.fullBox('smhd', 0, 0, () => w.zeros(4));
}
