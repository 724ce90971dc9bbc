import { BitReader, unescape } from './bit-reader.js';
import type { H264Sps } from './h264-sps.js';

/** Beginning of a slice header (ITU-T H.264 §7.3.3). */
export interface H264Slice {
  readonly firstMb: number;
  readonly frameNum: number;
  /** Which field of a frame; undefined: the whole frame. */
  readonly field: 'top' | 'bottom' | undefined;
}

/** The longest beginning that is read, with emulation prevention. */
export const H264_SLICE_HEAD_BYTES = 24;

/** Parses a slice NAL unit's head; without its SPS only `firstMb` is known. */
export const parseH264Slice = (head: Uint8Array, spsOf: (ppsId: number) => H264Sps | undefined): H264Slice => {
  const reader = new BitReader(unescape(head.subarray(1, H264_SLICE_HEAD_BYTES)));
  const firstMb = reader.unsigned();
  reader.unsigned();
  const sps = spsOf(reader.unsigned());
  if (sps === undefined || sps.frameMbsOnly) return { firstMb, frameNum: 0, field: undefined };
  if (sps.separateColourPlanes) reader.skip(2);
  const frameNum = reader.bits(sps.frameNumBits);
  const field = reader.flag() ? (reader.flag() ? 'bottom' : 'top') : undefined;
  return { firstMb, frameNum, field };
};
