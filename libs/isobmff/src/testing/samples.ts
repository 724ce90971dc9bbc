import type { AacConfig, AudioSample, H264Config, HevcConfig, VideoSample } from '@clipfleet/mpegts';

/** Only for tests: samples by hand. */
export const VIDEO_PID = 256;
export const AUDIO_PID = 257;

export const videoConfig = (fields: Partial<H264Config> = {}): H264Config => ({
  kind: 'video',
  codec: 'h264',
  pid: VIDEO_PID,
  streamIndex: 0,
  runIndex: 0,
  picture: { width: 320, height: 180, sarWidth: 1, sarHeight: 1, interlaced: false },
  sps: [Uint8Array.of(0x67, 77, 0, 31)],
  pps: [Uint8Array.of(0x68, 1)],
  profileIdc: 77,
  constraintFlags: 0,
  levelIdc: 31,
  chromaFormatIdc: 1,
  bitDepthLuma: 8,
  bitDepthChroma: 8,
  ...fields,
});

export const hevcConfig = (fields: Partial<HevcConfig> = {}): HevcConfig => ({
  kind: 'video',
  codec: 'hevc',
  pid: VIDEO_PID,
  streamIndex: 0,
  runIndex: 0,
  picture: { width: 320, height: 180, sarWidth: 1, sarHeight: 1, interlaced: false },
  vps: [Uint8Array.of(0x40, 1, 0xc)],
  sps: [Uint8Array.of(0x42, 1, 1)],
  pps: [Uint8Array.of(0x44, 1, 0x80)],
  generalProfileTierLevel: Uint8Array.of(1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93),
  chromaFormatIdc: 1,
  bitDepthLuma: 8,
  bitDepthChroma: 8,
  temporalLayerCount: 1,
  temporalIdNested: true,
  ...fields,
});

export const audioConfig = (fields: Partial<AacConfig> = {}): AacConfig => ({
  kind: 'audio',
  codec: 'aac',
  pid: AUDIO_PID,
  streamIndex: 1,
  runIndex: 0,
  sampleRateHz: 48_000,
  channelCount: 2,
  samplesPerFrame: 1024,
  audioSpecificConfig: Uint8Array.of(0x11, 0x90),
  ...fields,
});

export const video = (dtsTicks: number, fields: Partial<VideoSample> = {}): VideoSample => ({
  kind: 'video',
  pid: VIDEO_PID,
  ptsTicks: dtsTicks,
  dtsTicks,
  keyframe: false,
  data: Uint8Array.of(1, 2, 3),
  stamped: true,
  runIndex: 0,
  ...fields,
});

export const audio = (ptsTicks: number, fields: Partial<AudioSample> = {}): AudioSample => ({
  kind: 'audio',
  pid: AUDIO_PID,
  ptsTicks,
  dtsTicks: ptsTicks,
  keyframe: true,
  data: Uint8Array.of(9, 9),
  stamped: true,
  runIndex: 0,
  sampleCount: 1024,
  sampleRateHz: 48_000,
  ...fields,
});

export const FRAME_TICKS = 3_000;
export const AUDIO_FRAME_TICKS = 1_920;

/** `count` frames of 30 a second from `startTicks` on, a keyframe every `gop`. */
export const videoFrames = (
  count: number,
  gop: number,
  startTicks = 0,
  fields: Partial<VideoSample> = {},
): VideoSample[] =>
  Array.from({ length: count }, (_, i) => video(startTicks + i * FRAME_TICKS, { keyframe: i % gop === 0, ...fields }));

export const audioFrames = (count: number, startTicks = 0, fields: Partial<AudioSample> = {}): AudioSample[] =>
  Array.from({ length: count }, (_, i) => audio(startTicks + i * AUDIO_FRAME_TICKS, fields));

/** As a multiplexer interleaves them. */
export const interleave = <T extends { dtsTicks: number }>(...tracks: T[][]): T[] =>
  tracks.flat().sort((a, b) => a.dtsTicks - b.dtsTicks);
