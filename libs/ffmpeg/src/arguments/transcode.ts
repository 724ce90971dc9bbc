import { muxerOptions, type FileContainer } from './copy.js';
import type { TranscodeProfile } from './profile.js';
import { ticksToSecondsText, type MediaWindow } from './window.js';

/** Options for an encode of exactly the frames with `start ≤ PTS < end`, first frame at 0, times as in the source. */
export const transcodeOptions = (
  container: FileContainer,
  profile: TranscodeProfile,
  window: MediaWindow,
  streams: { video: boolean; audio: boolean },
): string[] => [
  ...(streams.video ? videoOptions(profile, window) : []),
  ...(streams.audio ? audioOptions(profile, window) : []),
  ...muxerOptions(container),
];

const videoOptions = (profile: TranscodeProfile, { startTicks, endTicks }: MediaWindow): string[] => {
  const scale = profile.heightPixels === undefined ? [] : [`scale=-2:${profile.heightPixels}`];
  const filters = [`trim=start_pts=${startTicks}:end_pts=${endTicks}`, `setpts=PTS-${startTicks}`, ...scale];
  return [
    '-map',
    '0:v:0',
    '-vf',
    filters.join(','),
    // cfr would pad and drop frames: the source's own times are kept
    '-vsync',
    'passthrough',
    '-enc_time_base',
    '1:90000',
    '-c:v',
    profile.videoCodec === 'h264' ? 'libx264' : 'libx265',
    '-preset',
    profile.preset,
    '-crf',
    String(profile.crf),
    '-g',
    String(profile.keyframeIntervalFrames),
    '-pix_fmt',
    'yuv420p',
    ...(profile.videoCodec === 'hevc' ? ['-tag:v', 'hvc1'] : []),
    ...(profile.maxBitrateBps === undefined
      ? []
      : ['-maxrate', String(profile.maxBitrateBps), '-bufsize', String(profile.maxBitrateBps * 2)]),
  ];
};

const audioOptions = (profile: TranscodeProfile, { startTicks, endTicks }: MediaWindow): string[] => {
  const start = ticksToSecondsText(startTicks);
  const filters = [`atrim=start=${start}:end=${ticksToSecondsText(endTicks)}`, `asetpts=PTS-${start}/TB`];
  return ['-map', '0:a', '-af', filters.join(','), '-c:a', 'aac', '-b:a', String(profile.audioBitrateBps)];
};
