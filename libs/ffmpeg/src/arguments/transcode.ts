import type { AudioEncoding, Encoding, VideoEncoding } from '@clipfleet/timeline';
import { muxerOptions, type FileContainer } from './copy.js';
import { deinterlace, encoderOptions, framesOfWindow, OWN_FRAME_TIMES, sizeFilter } from './encode-frames.js';
import { soundOptions } from './encode-sound.js';
import { ticksToSecondsText, type MediaWindow } from './window.js';

/** Options for an encode of exactly the frames with `start ≤ PTS < end`, first frame at 0, times as in the source. */
export const transcodeOptions = (
  container: FileContainer,
  encoding: Encoding,
  window: MediaWindow,
  streams: { video: boolean; audio: boolean; interlaced?: boolean },
): string[] => [
  ...(streams.video ? videoOptions(container, encoding.video, window, streams.interlaced ?? false) : []),
  ...(streams.audio ? audioOptions(encoding.audio, window) : []),
  ...muxerOptions(container),
];

const videoOptions = (
  container: FileContainer,
  encoding: VideoEncoding,
  window: MediaWindow,
  interlaced: boolean,
): string[] => {
  const { codec, frameRate } = encoding;
  const filters = [
    ...deinterlace(interlaced),
    framesOfWindow(window),
    `setpts=PTS-${window.startTicks}`,
    ...(frameRate === undefined ? [] : [`fps=${frameRate}`]),
    sizeFilter(encoding),
  ].filter((filter) => filter !== undefined);
  // QuickTime plays HEVC whose parameter sets are in the header alone
  const tag = codec === 'hevc' && container !== 'ts' ? ['-tag:v', 'hvc1'] : [];
  return ['-map', '0:v:0', '-vf', filters.join(','), ...OWN_FRAME_TIMES, ...encoderOptions(encoding), ...tag];
};

const audioOptions = (encoding: AudioEncoding, { startTicks, endTicks }: MediaWindow): string[] => {
  const start = ticksToSecondsText(startTicks);
  const filters = [`atrim=start=${start}:end=${ticksToSecondsText(endTicks)}`, `asetpts=PTS-${start}/TB`];
  return ['-map', '0:a', '-af', filters.join(','), ...soundOptions(encoding)];
};
