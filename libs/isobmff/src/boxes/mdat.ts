import type { ByteWriter } from '../bytes/byte-writer.js';

/** Size, type, largesize. */
export const MDAT_HEADER_BYTES = 16;

/** ISO/IEC 14496-12 §8.1.1: always with a 64-bit size, so that the header's length does not depend on the payload's. */
export function writeMdatHeader(w: ByteWriter, payloadBytes: number): void {
  w.u32(1);
  w.latin1('mdat');
  w.u64(MDAT_HEADER_BYTES + payloadBytes);
}
