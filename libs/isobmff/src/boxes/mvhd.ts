import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';
import { UNITY_MATRIX_BYTES, writeUnityMatrix } from './unity-matrix.js';

export interface Mvhd {
  /** Units of a second in which movie, track and edit durations count. */
  readonly timescale: number;
  /** Of the longest track, in `timescale`. */
  readonly duration: number;
  /** Above every track id in use. */
  readonly nextTrackId: number;
}

/** Rate, volume and 10 reserved bytes, between the duration and the matrix. */
const RATE_TO_RESERVED_BYTES = 4 + 2 + 10;
const PREDEFINED_BYTES = 24;

/** ISO/IEC 14496-12 §8.2.2, version 1: a duration in 90 kHz leaves 32 bits after 13 hours. No dates: output is deterministic. */
export function writeMvhd(w: ByteWriter, value: Mvhd): void {
  w.fullBox('mvhd', 1, 0, () => {
    w.u64(0);
    w.u64(0);
    w.u32(value.timescale);
    w.u64(value.duration);
    w.u32(0x10000);
    w.u16(0x100);
    w.zeros(10);
    writeUnityMatrix(w);
    w.zeros(PREDEFINED_BYTES);
    w.u32(value.nextTrackId);
  });
}

export function readMvhd(box: BoxView): Mvhd {
  const cursor = new BoxCursor(box);
  const { version } = cursor.fullBox(0, 1);
  cursor.skip(version === 1 ? 16 : 8);
  const timescale = cursor.u32();
  const duration = version === 1 ? cursor.u64() : cursor.u32();
  cursor.skip(RATE_TO_RESERVED_BYTES + UNITY_MATRIX_BYTES + PREDEFINED_BYTES);
  return { timescale, duration, nextTrackId: cursor.u32() };
}
