import type { ByteWriter } from '../bytes/byte-writer.js';

const FLAG_SELF_CONTAINED = 1;

/** ISO/IEC 14496-12 §8.7.1: one data reference, the file itself. */
export function writeDinf(w: ByteWriter): void {
  w.box('dinf', () => {
    w.fullBox('dref', 0, 0, () => {
      w.u32(1);
      w.fullBox('url ', 0, FLAG_SELF_CONTAINED, () => undefined);
    });
  });
}
