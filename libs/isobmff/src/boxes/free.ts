import type { ByteWriter } from '../bytes/byte-writer.js';

/** A box cannot be smaller than its header. */
export const MIN_FREE_BYTES = 8;

/** ISO/IEC 14496-12 §8.1.2: `sizeBytes` of nothing, header included. */
export function writeFree(w: ByteWriter, sizeBytes: number): void {
  w.box('free', () => w.zeros(sizeBytes - MIN_FREE_BYTES));
}
