/** How ffmpeg makes a run of a recording: a test picture, tones, and encoders with their difficulties. */
export interface Recipe {
  /** Default 22. */
  readonly durationSeconds?: number;
  /** As ffmpeg writes it: `30`, `30000/1001`. */
  readonly frameRate?: string;
  /** Appended to the picture's filter graph. */
  readonly filter?: string;
  /** Encoder arguments; `none`: no pictures at all. */
  readonly video?: readonly string[] | 'none';
  /** Encoder arguments of each track, with `-c:a` for the codec. Default: one AAC track. */
  readonly audio?: readonly (readonly string[])[];
  readonly sampleRateHz?: number;
  /** Added to every time stamp. */
  readonly ptsOffsetSeconds?: number;
  /** Of the transport stream. */
  readonly muxer?: readonly string[];
}

const X264_BASE = ['-c:v', 'libx264', '-preset', 'veryfast', '-threads', '2', '-pix_fmt', 'yuv420p'];
const X265_BASE = ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** H.264 with a keyframe every 2 s and three B-frames, unless `params` (of x264) say otherwise. */
export const x264 = (params = 'open-gop=0', gopFrames = 60, bFrames = 3): string[] => [
  ...[...X264_BASE, '-g', String(gopFrames), '-bf', String(bFrames), '-sc_threshold', '0', '-x264-params'],
  `keyint=${gopFrames}:min-keyint=${gopFrames}:${params}`,
];

export const x265 = (openGop: boolean, gopFrames = 60): string[] => [
  ...[...X265_BASE, '-g', String(gopFrames), '-x265-params'],
  `keyint=${gopFrames}:min-keyint=${gopFrames}:scenecut=0:bframes=3:open-gop=${openGop ? 1 : 0}:log-level=none`,
];

export const AAC = ['-c:a', 'aac', '-b:a', '96k'];

/** x264 repeats parameter sets at IDR pictures alone: with open GOPs a recording needs them at every keyframe. */
export const SETS_AT_KEYFRAMES = ['-flags:v', '+global_header', '-bsf:v', 'dump_extra=freq=keyframe'];

/** All of ffmpeg's arguments up to the output format. */
export const encoderArguments = (recipe: Recipe): string[] => {
  const { durationSeconds = 22, frameRate = '30', filter = '', video = x264(), audio = [AAC] } = recipe;
  const { sampleRateHz = 48_000, ptsOffsetSeconds = 0 } = recipe;
  const tones = audio.map((_, index) => `sine=frequency=${440 * (index + 1)}:sample_rate=${sampleRateHz}`);
  const sources = video === 'none' ? tones : [`testsrc2=size=320x192:rate=${frameRate}${filter}`, ...tones];
  return [
    ...['-y', '-v', 'error', '-fflags', '+bitexact'],
    ...sources.flatMap((source) => ['-f', 'lavfi', '-i', source]),
    ...sources.flatMap((_, index) => ['-map', String(index)]),
    ...(video === 'none' ? [] : video),
    ...audio.flatMap((args, index) => args.map((arg) => arg.replace(/^-(c|b):a$/, `-$1:a:${index}`))),
    ...['-t', String(durationSeconds), '-flags', '+bitexact'],
    ...(ptsOffsetSeconds === 0 ? [] : ['-output_ts_offset', String(ptsOffsetSeconds)]),
  ];
};
