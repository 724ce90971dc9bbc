import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';
import type { H264Config } from '@clipfleet/mpegts';

export type AvcC = Pick<
  H264Config,
  'sps' | 'pps' | 'profileIdc' | 'constraintFlags' | 'levelIdc' | 'chromaFormatIdc' | 'bitDepthLuma' | 'bitDepthChroma'
>;

/** Profiles whose record ends with chroma format and bit depths (ISO/IEC 14496-15 §5.3.3.1.2). */
const HIGH_PROFILES = new Set([100, 110, 122, 144, 244, 44, 118, 128, 138, 139, 134]);

function writeSets(w: ByteWriter, sets: readonly Uint8Array[]): void {
  for (const set of sets) {
    w.u16(set.length);
    w.raw(set);
  }
}

/** ISO/IEC 14496-15 §5.3.3: NAL unit lengths are 4 bytes, as the demuxer writes them. */
export function writeAvcC(w: ByteWriter, value: AvcC): void {
  w.box('avcC', () => {
    w.u8(1);
    w.u8(value.profileIdc);
    w.u8(value.constraintFlags);
    w.u8(value.levelIdc);
    w.u8(0xfc | 3);
    w.u8(0xe0 | value.sps.length);
    writeSets(w, value.sps);
    w.u8(value.pps.length);
    writeSets(w, value.pps);
    if (!HIGH_PROFILES.has(value.profileIdc)) return;
    w.u8(0xfc | value.chromaFormatIdc);
    w.u8(0xf8 | (value.bitDepthLuma - 8));
    w.u8(0xf8 | (value.bitDepthChroma - 8));
    w.u8(0);
  });
}

const readSets = (cursor: BoxCursor, count: number): Uint8Array[] =>
  Array.from({ length: count }, () => cursor.raw(cursor.u16()).slice());

export function readAvcC(box: BoxView): AvcC {
  const cursor = new BoxCursor(box);
  cursor.skip(1);
  const profileIdc = cursor.u8();
  const constraintFlags = cursor.u8();
  const levelIdc = cursor.u8();
  cursor.skip(1);
  const sps = readSets(cursor, cursor.u8() & 0x1f);
  const pps = readSets(cursor, cursor.u8());
  const fields = { profileIdc, constraintFlags, levelIdc, sps, pps };
  // Some writers leave the high profiles' fields away: 4:2:0 with 8 bits then.
  if (!HIGH_PROFILES.has(profileIdc) || cursor.remainingBytes < 3) {
    return { ...fields, chromaFormatIdc: 1, bitDepthLuma: 8, bitDepthChroma: 8 };
  }
  const chromaFormatIdc = cursor.u8() & 3;
  const bitDepthLuma = (cursor.u8() & 7) + 8;
  return { ...fields, chromaFormatIdc, bitDepthLuma, bitDepthChroma: (cursor.u8() & 7) + 8 };
}
