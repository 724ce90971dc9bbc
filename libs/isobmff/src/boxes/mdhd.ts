import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export interface Mdhd {
  /** Units of a second in which the samples count. */
  readonly timescale: number;
  /** Sum of the sample durations. */
  readonly duration: number;
  /** ISO 639-2/T, three lower case letters; `und` when not known. */
  readonly language: string;
}

/** Three letters of five bits each, counted from 0x60 (ISO/IEC 14496-12 §8.4.2.3). */
function packLanguage(language: string): number {
  const letters = /^[a-z]{3}$/.test(language) ? language : 'und';
  return letters.split('').reduce((packed, letter) => (packed << 5) | (letter.charCodeAt(0) - 0x60), 0);
}

const unpackLanguage = (packed: number): string =>
  String.fromCharCode(...[10, 5, 0].map((shift) => ((packed >> shift) & 0x1f) + 0x60));

/** ISO/IEC 14496-12 §8.4.2, version 1. */
export function writeMdhd(w: ByteWriter, value: Mdhd): void {
  w.fullBox('mdhd', 1, 0, () => {
    w.u64(0);
    w.u64(0);
    w.u32(value.timescale);
    w.u64(value.duration);
    w.u16(packLanguage(value.language));
    w.u16(0);
  });
}

export function readMdhd(box: BoxView): Mdhd {
  const cursor = new BoxCursor(box);
  const { version } = cursor.fullBox(0, 1);
  cursor.skip(version === 1 ? 16 : 8);
  const timescale = cursor.u32();
  const duration = version === 1 ? cursor.u64() : cursor.u32();
  return { timescale, duration, language: unpackLanguage(cursor.u16()) };
}
