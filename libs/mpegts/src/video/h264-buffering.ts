import { concatBytes } from '../bytes.js';
import { BitReader, unescape } from './bit-reader.js';
import { BitWriter, escape } from './bit-writer.js';
import { readBody } from './h264-sps.js';
import { withoutTrailingZeros } from './length-prefixed.js';
import { spliced } from './splice-bits.js';
import { readAspectRatio, readSignalInfo } from './video-usability.js';

/** What a decoder holds, as bitstream_restriction tells it (ITU-T H.264 §E.2.1). */
export interface H264Buffering {
  readonly maxNumReorderFrames: number;
  readonly maxDecFrameBuffering: number;
}

const HEADER_BYTES = 1;

const rbspOf = (sps: Uint8Array): Uint8Array => unescape(withoutTrailingZeros(sps).subarray(HEADER_BYTES));

/**
 * Of a sequence parameter set NAL unit. One that does not tell it has the largest buffer of its level (§E.2.1), and may be
 * thought to reorder as far as its pictures do.
 */
export const h264Buffering = (sps: Uint8Array, seenReorderFrames: number): H264Buffering => {
  const reader = new BitReader(rbspOf(sps));
  const body = readBody(reader);
  const told = body.hasUsability ? readPlace(reader) : undefined;
  return told?.buffering ?? { maxNumReorderFrames: seenReorderFrames, maxDecFrameBuffering: maxDpbFrames(body) };
};

/**
 * A set whose pictures are not reordered, as one that tells the same as the sets beside it: FFmpeg drops pictures where the
 * first of two sets has no reordering and the second has (those behind it that have lower picture order counts than the last
 * before it), and where the buffer's size changes a decoder may drop what it has not shown yet (§C.4.4).
 */
export const withH264Buffering = (sps: Uint8Array, wished: H264Buffering): Uint8Array => {
  const rbsp = rbspOf(sps);
  const reader = new BitReader(rbsp);
  const place = readBody(reader).hasUsability ? readPlace(reader) : undefined;
  if (place === undefined) return sps;
  const { buffering: own, from, to } = place;
  const reorder = Math.max(own.maxNumReorderFrames, wished.maxNumReorderFrames);
  // max_dec_frame_buffering is never below max_num_reorder_frames
  const held = Math.max(own.maxDecFrameBuffering, wished.maxDecFrameBuffering, reorder);
  const changed = spliced(rbsp, from, to, new BitWriter().unsigned(reorder, held));
  return concatBytes([sps.subarray(0, HEADER_BYTES), escape(changed)]);
};

/** Where max_num_reorder_frames and max_dec_frame_buffering are, from the VUI parameters on (§E.1.1). */
const readPlace = (reader: BitReader): { from: number; to: number; buffering: H264Buffering } | undefined => {
  readAspectRatio(reader);
  readSignalInfo(reader);
  // timing: two numbers and fixed_frame_rate_flag
  if (reader.flag()) reader.skip(65);
  const hasNalHrd = reader.flag();
  if (hasNalHrd) skipHrd(reader);
  const hasVclHrd = reader.flag();
  if (hasVclHrd) skipHrd(reader);
  // low_delay_hrd_flag; pic_struct_present_flag
  reader.skip(hasNalHrd || hasVclHrd ? 2 : 1);
  if (!reader.flag()) return undefined;
  reader.skip(1);
  for (let limit = 0; limit < 4; limit++) reader.unsigned();
  const from = reader.position;
  const buffering = { maxNumReorderFrames: reader.unsigned(), maxDecFrameBuffering: reader.unsigned() };
  return reader.atEnd() ? undefined : { from, to: reader.position, buffering };
};

/** ITU-T H.264 §E.1.2. */
const skipHrd = (reader: BitReader): void => {
  const bufferCount = reader.unsigned() + 1;
  reader.skip(8);
  for (let buffer = 0; buffer < bufferCount && !reader.atEnd(); buffer++) {
    reader.unsigned();
    reader.unsigned();
    reader.skip(1);
  }
  reader.skip(20);
};

/** MaxDpbMbs up to each level_idc, ITU-T H.264 Table A-1. */
const MAX_DPB_MBS: readonly (readonly [levelIdc: number, blocks: number])[] = [
  [10, 396],
  [11, 900],
  [20, 2376],
  [21, 4752],
  [30, 8100],
  [31, 18_000],
  [32, 20_480],
  [41, 32_768],
  [42, 34_816],
  [50, 110_400],
  [52, 184_320],
  [255, 696_320],
];
const MAX_DPB_FRAMES = 16;

/**
 * How many pictures at most come before one in decode order and behind it on the screen; 16, which no decoder exceeds, for more.
 * `ptsTicks`: in decode order.
 */
export const seenReorderFrames = (ptsTicks: Iterable<number>): number => {
  let most = 0;
  // the latest on the screen, descending: enough to count up to what a decoder may hold
  let latest: number[] = [];
  for (const ticks of ptsTicks) {
    const count = latest.filter((other) => other > ticks).length;
    most = Math.max(most, count);
    latest = latest.toSpliced(count, 0, ticks).slice(0, MAX_DPB_FRAMES);
  }
  return most;
};

/** MaxDpbFrames, §A.3.1. */
const maxDpbFrames = ({ levelIdc, frameMbs }: { levelIdc: number; frameMbs: number }): number => {
  const [, blocks] = MAX_DPB_MBS.find(([level]) => levelIdc <= level) ?? [0, 0];
  return Math.min(Math.floor(blocks / frameMbs), MAX_DPB_FRAMES);
};
