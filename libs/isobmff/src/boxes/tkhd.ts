import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';
import { UNITY_MATRIX_BYTES, writeUnityMatrix } from './unity-matrix.js';

export interface Tkhd {
  readonly trackId: number;
  /** Players show the first enabled track of a kind. */
  readonly enabled: boolean;
  /** Sum of the edits, in the movie's timescale. */
  readonly duration: number;
  /** Tracks of one group are alternatives, such as languages; 0 is none. */
  readonly alternateGroup: number;
  readonly audible: boolean;
  /** Presentation size in whole pixels, sample aspect ratio applied; 0 for audio. */
  readonly width: number;
  readonly height: number;
  /** Rotation and scaling, as its bytes; none by default. */
  readonly matrix?: Uint8Array;
}

const FLAG_ENABLED = 1;
const FLAG_IN_MOVIE = 2;

/** ISO/IEC 14496-12 §8.3.2, version 1. */
export function writeTkhd(w: ByteWriter, value: Tkhd): void {
  w.fullBox('tkhd', 1, FLAG_IN_MOVIE | (value.enabled ? FLAG_ENABLED : 0), () => {
    w.u64(0);
    w.u64(0);
    w.u32(value.trackId);
    w.u32(0);
    w.u64(value.duration);
    w.zeros(8);
    w.u16(0);
    w.u16(value.alternateGroup);
    w.u16(value.audible ? 0x100 : 0);
    w.u16(0);
    if (value.matrix === undefined) writeUnityMatrix(w);
    else w.raw(value.matrix);
    w.u32(value.width * 0x10000);
    w.u32(value.height * 0x10000);
  });
}

export function readTkhd(box: BoxView): Tkhd {
  const cursor = new BoxCursor(box);
  const { version, flags } = cursor.fullBox(0, 1);
  cursor.skip(version === 1 ? 16 : 8);
  const trackId = cursor.u32();
  cursor.skip(4);
  const duration = version === 1 ? cursor.u64() : cursor.u32();
  cursor.skip(8 + 2);
  const alternateGroup = cursor.u16();
  const audible = cursor.u16() > 0;
  cursor.skip(2);
  const matrix = cursor.raw(UNITY_MATRIX_BYTES);
  const width = cursor.u32() >>> 16;
  const height = cursor.u32() >>> 16;
  return { trackId, enabled: (flags & FLAG_ENABLED) !== 0, duration, alternateGroup, audible, width, height, matrix };
}
