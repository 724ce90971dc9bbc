import { type H264Config, type HevcConfig, parseHevcSps, type VideoTrackConfig } from '@clipfleet/mpegts';
import type { FrameRate } from '../edge/frame-rate.js';
import type { MediaWindow } from './window.js';

/** How the pictures of an edge are to be encoded, so that they go on where the source's begin or end. */
export interface EdgeFormat {
  config: VideoTrackConfig;
  frameRate: FrameRate;
  /** An id that the source's parameter sets leave free, for encoders that can be given one. */
  setId: number;
}

/** Visually lossless: an edge is a second or two, and lies beside pictures that were not encoded again. */
const CRF = '14';
const PRESET = 'veryfast';

/** ITU-T H.264 Annex A, as libx264 can encode them. */
const H264_PROFILES: Readonly<Record<number, string>> = {
  66: 'baseline',
  77: 'main',
  100: 'high',
  110: 'high10',
  122: 'high422',
  244: 'high444',
};
const LEVEL_1B = 9;
const CONSTRAINT_SET_3 = 0x10;

/** x264's names of the source's profile and level; undefined: it has no such profile. */
const h264Conformance = (config: H264Config): { profile: string; level: string } | undefined => {
  const profile = H264_PROFILES[config.profileIdc];
  if (profile === undefined) return undefined;
  const is1b =
    config.levelIdc === LEVEL_1B || (config.levelIdc === 11 && (config.constraintFlags & CONSTRAINT_SET_3) !== 0);
  return { profile, level: is1b ? '1b' : (config.levelIdc / 10).toFixed(1) };
};

/** general_profile_idc, ITU-T H.265 §7.3.3. */
export const hevcProfileIdc = ({ generalProfileTierLevel }: HevcConfig): number => generalProfileTierLevel[0] & 0x1f;

const HEVC_MAIN = 1;
const HEVC_MAIN_10 = 2;

/**
 * The smallest coding blocks that x265 can use so that it codes pictures of the source's size before cropping: where it
 * changes, players set up their decoder again (VLC 3 drops what it had decoded ahead).
 */
const minCodingBlock = ({ sps, picture }: HevcConfig): number | undefined => {
  const source = sps.length === 0 ? undefined : parseHevcSps(sps[0]);
  const padded = (size: number, block: number): number => Math.ceil(size / block) * block;
  return [8, 16, 32].find(
    (block) =>
      padded(picture.width, block) === source?.codedWidth && padded(picture.height, block) === source.codedHeight,
  );
};

interface HevcConformance {
  profile: string;
  level: string;
  highTier: boolean;
  minCodingBlock: number;
}

/** x265's names of profile, level and tier; undefined: it has none, or the pictures are fields. */
const hevcConformance = (config: HevcConfig): HevcConformance | undefined => {
  const { bitDepthLuma, bitDepthChroma, chromaFormatIdc, generalProfileTierLevel, picture } = config;
  const depths = { [HEVC_MAIN]: [8], [HEVC_MAIN_10]: [8, 10] }[hevcProfileIdc(config)];
  const isKnown = depths?.includes(bitDepthLuma) && bitDepthChroma === bitDepthLuma && chromaFormatIdc === 1;
  const block = minCodingBlock(config);
  if (!isKnown || picture.interlaced || block === undefined) return undefined;
  return {
    minCodingBlock: block,
    profile: bitDepthLuma === 8 ? 'main' : 'main10',
    // general_level_idc is 30 times the level
    level: (generalProfileTierLevel[11] / 30).toFixed(1),
    highTier: ((generalProfileTierLevel[0] >> 5) & 1) === 1,
  };
};

/**
 * Options for an encode of exactly the frames with `start ≤ PTS < end`, their times untouched, without reordering, in the
 * source's profile, level and scan; size, colour and pixel format follow from the pictures. Undefined: nothing here can.
 */
export const edgeOptions = (format: EdgeFormat, { startTicks, endTicks }: MediaWindow): string[] | undefined => {
  const encoder = encoderOptions(format);
  if (encoder === undefined) return undefined;
  return [
    ...['-map', '0:v:0', '-vf', `trim=start_pts=${startTicks}:end_pts=${endTicks}`],
    ...['-vsync', 'passthrough', '-enc_time_base', '1:90000'],
    ...encoder,
    // no delay is added to the times
    ...['-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0'],
  ];
};

const encoderOptions = (format: EdgeFormat): string[] | undefined => {
  const { config } = format;
  if (config.codec === 'h264') return x264Options(format, config);
  return config.codec === 'hevc' ? x265Options(format, config) : undefined;
};

const x264Options = (format: EdgeFormat, config: H264Config): string[] | undefined => {
  const conformance = h264Conformance(config);
  if (conformance === undefined) return undefined;
  return [
    ...['-c:v', 'libx264', '-preset', PRESET, '-crf', CRF, '-bf', '0'],
    ...['-profile:v', conformance.profile, '-level', conformance.level],
    // the order of the fields follows from the decoded pictures
    ...(config.picture.interlaced ? ['-flags', '+ildct+ilme'] : []),
    ...['-x264-params', x264Parameters(format)],
  ];
};

const x264Parameters = ({ setId, frameRate }: EdgeFormat): string =>
  [
    `sps-id=${setId}`,
    'keyint=infinite:scenecut=0:repeat-headers=1',
    // else the parameter sets would tell 90,000 frames a second
    ...(frameRate.isEven ? [`fps=${frameRate.numerator}/${frameRate.denominator}:force-cfr=1`] : []),
  ].join(':');

const x265Options = ({ frameRate }: EdgeFormat, config: HevcConfig): string[] | undefined => {
  const conformance = hevcConformance(config);
  if (conformance === undefined) return undefined;
  const { profile, level, highTier, minCodingBlock: block } = conformance;
  const parameters = [
    'keyint=-1:scenecut=0:bframes=0:repeat-headers=1',
    `level-idc=${level}:high-tier=${highTier ? 1 : 0}:min-cu-size=${block}`,
    // with vui-timing-info=0 instead, x265 3.5 writes a sequence parameter set that has a bit too many
    `fps=${frameRate.numerator}/${frameRate.denominator}`,
    'info=0:log-level=1',
  ];
  return [
    ...['-c:v', 'libx265', '-preset', PRESET, '-crf', CRF, '-profile:v', profile],
    ...['-x265-params', parameters.join(':')],
  ];
};
