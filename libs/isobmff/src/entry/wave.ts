import type { ByteWriter } from '../bytes/byte-writer.js';

/** QuickTime File Format, siDecompressionParam atom: format, the decoder's box, terminator. */
export function writeWave(w: ByteWriter, format: string, decoderBox: () => void): void {
  w.box('wave', () => {
    w.box('frma', () => w.latin1(format));
    // QuickTime wants an empty atom of the format's name before `esds`.
    if (format === 'mp4a') w.box('mp4a', () => w.u32(0));
    decoderBox();
    w.u32(8);
    w.u32(0);
  });
}
