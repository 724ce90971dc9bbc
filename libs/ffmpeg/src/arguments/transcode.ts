import type { AudioEncoding, Encoding, VideoEncoding } from '@clipfleet/timeline';
import { muxerOptions, type FileContainer } from './copy.js';
import { deinterlace, encoderOptions, framesOfWindow, OWN_FRAME_TIMES, sizeFilter } from './encode-frames.js';
import { type EvenFrames, evenFramesFilters } from './even-frames.js';
import { soundOptions } from './encode-sound.js';
import { ticksToSecondsText, type MediaWindow } from './window.js';

export interface TranscodeStreams {
  video: boolean;
  audio: boolean;
  interlaced?: boolean;
  /** What the window's pictures make at another frame rate; absent where only ffmpeg knows their times. */
  evenFrames?: EvenFrames;
}

/** Options for an encode of exactly the frames with `start ≤ PTS < end`, first frame at 0, times as in the source. */
export const transcodeOptions = (
  container: FileContainer,
  encoding: Encoding,
  window: MediaWindow,
  streams: TranscodeStreams,
): string[] => [
  ...(streams.video ? videoOptions(container, encoding.video, window, streams) : []),
  ...(streams.audio ? audioOptions(encoding.audio, window) : []),
  ...muxerOptions(container),
];

const videoOptions = (
  container: FileContainer,
  encoding: VideoEncoding,
  window: MediaWindow,
  { interlaced = false, evenFrames }: TranscodeStreams,
): string[] => {
  const { codec, frameRate } = encoding;
  const filters = [
    ...deinterlace(interlaced),
    framesOfWindow(window),
    ...(evenFrames === undefined ? [] : evenFramesFilters(evenFrames)),
    `setpts=PTS-${window.startTicks}`,
    ...(frameRate === undefined || evenFrames !== undefined ? [] : [`fps=${frameRate}:start_time=0:round=near`]),
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
