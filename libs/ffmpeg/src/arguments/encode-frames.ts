import type { VideoEncoding, VideoRate } from '@clipfleet/timeline';
import { type EvenFrames, evenFramesFilters } from './even-frames.js';
import type { MediaWindow } from './window.js';

/** Seconds of the cap that the decoder's buffer holds. */
const VBV_SECONDS = 2;
/**
 * Of that buffer, what an encoder has it begin with that goes on where another has ended: as full as encoders keep it that press
 * against the cap. By itself it begins nine tenths full, and each border would take more than the cap.
 */
const VBV_FILL_BETWEEN = 0.5;

/** Frames with `start ≤ PTS < end` on the input's own clock (read it with `decodeInputOptions`), none made up or dropped. */
export const framesOfWindow = ({ startTicks, endTicks }: MediaWindow): string =>
  `trim=start_pts=${startTicks}:end_pts=${endTicks}`;

/**
 * Of fields one picture a frame, at the same times: scaled or shown on a screen as they are, two instants would be woven into
 * each. Before the window is cut, so that its first and last frame have neighbours. Frames that are none stay as they are.
 */
export const deinterlace = (interlaced: boolean): string[] =>
  // the filter counts in half ticks
  interlaced ? ['bwdif=mode=send_frame:deint=interlaced', 'settb=1/90000'] : [];

/** Keeps every frame at its own time: cfr would pad and drop. */
export const OWN_FRAME_TIMES: readonly string[] = ['-vsync', 'passthrough', '-enc_time_base', '1:90000'];

/**
 * A transport stream with exactly the times that the encoder was given. `-copyts` of the input keeps them as far as the
 * muxer, which by itself would add its delay.
 */
export const TIMED_TS: readonly string[] = [
  ...['-muxdelay', '0', '-muxpreload', '0'],
  ...['-mpegts_copyts', '1', '-f', 'mpegts'],
];

/** The filter that gives pictures the asked size; undefined: they have it. */
export const sizeFilter = ({ widthPixels, heightPixels }: VideoEncoding): string | undefined => {
  if (widthPixels === undefined && heightPixels === undefined) return undefined;
  return `scale=${widthPixels ?? -2}:${heightPixels ?? -2}`;
};

/** What an encoder is told of those beside it. */
export interface EncoderShare {
  /** For one that shares its cores; absent: as many as it likes. */
  threadCount?: number;
  /** Another one has what is shown before. */
  goesOn?: boolean;
}

/**
 * The encoder. Ranges of one video that are encoded apart have to fit together: each begins with an IDR picture, keyframes
 * come at their interval alone, no GOP refers to the one before it.
 */
export const encoderOptions = (
  encoding: VideoEncoding,
  { threadCount, goesOn = false }: EncoderShare = {},
): string[] => {
  const { codec, preset, rate, keyframeIntervalFrames: keyint } = encoding;
  const fill = goesOn && rate.maxBitrateBps !== undefined ? `:vbv-init=${VBV_FILL_BETWEEN}` : '';
  const params = `keyint=${keyint}:min-keyint=${keyint}:scenecut=0:open-gop=0${fill}`;
  const encoder = codec === 'h264' ? x264(params, threadCount) : x265(params, threadCount);
  return ['-c:v', ...encoder, '-preset', preset, ...rateOptions(rate), '-pix_fmt', 'yuv420p'];
};

const x264 = (params: string, threadCount?: number): string[] => {
  const threads = threadCount === undefined ? [] : ['-threads', String(threadCount)];
  return ['libx264', '-x264-params', params, ...threads];
};

const x265 = (params: string, threadCount?: number): string[] => {
  const threads = threadCount === undefined ? '' : `:pools=${threadCount}`;
  return ['libx265', '-x265-params', `${params}:log-level=1${threads}`];
};

const rateOptions = (rate: VideoRate): string[] => {
  const aim = rate.kind === 'quality' ? ['-crf', String(rate.crf)] : ['-b:v', String(rate.bitrateBps)];
  if (rate.maxBitrateBps === undefined) return aim;
  return [...aim, '-maxrate', String(rate.maxBitrateBps), '-bufsize', String(rate.maxBitrateBps * VBV_SECONDS)];
};

export interface FramesOptions extends EncoderShare {
  /** The source may be. */
  interlaced?: boolean;
  /** What is made of the window's pictures; absent: one of each, at its time. */
  evenFrames?: EvenFrames;
}

/** All frames of a window as a transport stream of video alone, on the input's own clock. */
export const encodeFramesOptions = (
  encoding: VideoEncoding,
  window: MediaWindow,
  { interlaced = false, evenFrames, ...share }: FramesOptions = {},
): string[] => {
  const size = sizeFilter(encoding);
  const filters = [
    ...deinterlace(interlaced),
    framesOfWindow(window),
    ...(evenFrames === undefined ? [] : evenFramesFilters(evenFrames)),
    ...(size === undefined ? [] : [size]),
  ];
  const encoder = encoderOptions(encoding, share);
  return ['-map', '0:v:0', '-vf', filters.join(','), ...OWN_FRAME_TIMES, ...encoder, ...TIMED_TS];
};
