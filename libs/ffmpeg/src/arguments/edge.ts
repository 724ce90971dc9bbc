import type { VideoTrackConfig } from '@clipfleet/mpegts';
import type { MediaWindow } from './window.js';

/** How the pictures of an edge are to be encoded, so that they go on where the source's begin or end. */
export interface EdgeFormat {
  config: VideoTrackConfig;
  /** Frames a second, exact; undefined: the source's frames are not evenly spaced. */
  frameRate: { numerator: number; denominator: number } | undefined;
  /** An id that the source's parameter sets leave free. */
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
const h264Conformance = (config: EdgeFormat['config']): { profile: string; level: string } | undefined => {
  if (config.codec !== 'h264') return undefined;
  const profile = H264_PROFILES[config.profileIdc];
  if (profile === undefined) return undefined;
  const is1b =
    config.levelIdc === LEVEL_1B || (config.levelIdc === 11 && (config.constraintFlags & CONSTRAINT_SET_3) !== 0);
  return { profile, level: is1b ? '1b' : (config.levelIdc / 10).toFixed(1) };
};

/**
 * Options for an encode of exactly the frames with `start ≤ PTS < end`, their times untouched, without reordering, in the
 * source's profile, level and scan; size, colour and pixel format follow from the pictures. Undefined: nothing here can.
 */
export const edgeOptions = (format: EdgeFormat, { startTicks, endTicks }: MediaWindow): string[] | undefined => {
  const conformance = h264Conformance(format.config);
  if (conformance === undefined) return undefined;
  return [
    ...['-map', '0:v:0', '-vf', `trim=start_pts=${startTicks}:end_pts=${endTicks}`],
    ...['-vsync', 'passthrough', '-enc_time_base', '1:90000'],
    ...['-c:v', 'libx264', '-preset', PRESET, '-crf', CRF, '-bf', '0'],
    ...['-profile:v', conformance.profile, '-level', conformance.level],
    // the order of the fields follows from the decoded pictures
    ...(format.config.picture.interlaced ? ['-flags', '+ildct+ilme'] : []),
    ...['-x264-params', x264Parameters(format)],
    // no delay is added to the times
    ...['-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0'],
  ];
};

const x264Parameters = ({ setId, frameRate }: EdgeFormat): string =>
  [
    `sps-id=${setId}`,
    'keyint=infinite:scenecut=0:repeat-headers=1',
    // else the parameter sets would tell 90,000 frames a second
    ...(frameRate ? [`fps=${frameRate.numerator}/${frameRate.denominator}:force-cfr=1`] : []),
  ].join(':');
