import { cutAtKeyframes, cutEvery } from '../source/cut-whole.js';
import { DEFAULT_SECONDS, encodeSegments, encodeWhole } from '../source/encode.js';
import { joinPictures } from '../source/join-pictures.js';
import { loosenAudio } from '../source/loosen-audio.js';
import { AAC, type Recipe, SETS_AT_KEYFRAMES, x264, x265 } from '../source/recipe.js';
import type { Source, SourceSegment } from '../source/source.js';
import type { Exceptions, Kind } from './kind.js';

const packaged =
  (recipe: Recipe = {}, segmentSeconds = 2) =>
  async (directory: string): Promise<Source> => ({
    segments: await encodeSegments(directory, recipe, { segmentSeconds }),
  });

const changed =
  (change: (whole: Uint8Array) => SourceSegment[], recipe: Recipe = {}) =>
  async (directory: string): Promise<Source> => ({ segments: change(await encodeWhole(directory, recipe)) });

const twoRuns = async (directory: string): Promise<Source> => {
  const first = await encodeSegments(directory, { durationSeconds: 12 }, { run: 0 });
  const second = await encodeSegments(directory, { durationSeconds: 10, filter: ',hue=h=90' }, { run: 1 });
  return { segments: [...first, ...second] };
};

const isLost = (index: number): boolean => index === 1 || index === 5;

/** Listed, and not there. */
const withMissing = async (directory: string): Promise<Source> => {
  const { segments } = await packaged()(directory);
  return { segments: segments.map((segment, index) => ({ ...segment, isMissing: isLost(index) })) };
};

/** Neither listed nor there: only the clock of the stream knows. */
const withHoles = async (directory: string): Promise<Source> => {
  const { segments } = await packaged({ durationSeconds: 26 })(directory);
  return { segments: segments.filter((_, index) => !isLost(index)) };
};

const HALF_FRAMES: Exceptions = {
  middleOfWhole: true,
  reason:
    'ffmpeg begins in the middle with half an audio frame, so ours is held against its copy of the whole; a ts of whole segments from the middle is compared with their bytes',
};

const COPIED_BY_FFMPEG: Exceptions = {
  times: true,
  reason:
    'ffmpeg copies it from one stream of all segments, whose first frames it times less than a millisecond otherwise than a playlist: only the packets are compared',
};

const MPEG4 = ['-c:v', 'mpeg4', '-q:v', '5', '-g', '60', '-bf', '0', '-sc_threshold', '1000000000'];

/** Two pictures a second, of some 80 KB each: every PES of video goes over two borders of segments, or three. */
const LARGE_PICTURES = {
  recipe: {
    durationSeconds: 6,
    frameRate: '2',
    filter: ',noise=all_seed=1:alls=40:allf=t',
    video: [...x264('open-gop=0', 4, 0), '-qp', '8'],
  },
  segmentBytes: 250 * 188,
};

const VARIABLE: Recipe = {
  filter: ",select='gt(random(1)\\,0.35)'",
  video: [...x264(), '-force_key_frames', 'expr:gte(t,n_forced*2)', '-vsync', 'vfr'],
};

export const kinds: readonly Kind[] = [
  { name: 'H.264, AAC, 2 s segments', make: packaged() },
  { name: '6 s segments', make: packaged({ durationSeconds: 66 }, 6) },
  { name: 'open GOP', make: packaged({ video: [...x264('open-gop=1'), ...SETS_AT_KEYFRAMES] }) },
  // 2^33 ticks are 95,443.7 s
  { name: '33-bit PTS wrap', make: packaged({ ptsOffsetSeconds: 95_436 }) },
  { name: 'variable frame rate', make: packaged(VARIABLE) },
  { name: '29.97 frames a second', make: packaged({ frameRate: '30000/1001' }) },
  { name: 'MBAFF', make: packaged({ frameRate: '25', video: x264('interlaced=1:open-gop=0', 50) }) },
  { name: 'HEVC', make: packaged({ video: x265(false) }) },
  { name: 'HEVC, CRA', make: packaged({ video: x265(true) }) },
  { name: 'AC-3', make: packaged({ audio: [['-c:a', 'ac3', '-b:a', '192k']] }) },
  { name: 'E-AC-3', make: packaged({ audio: [['-c:a', 'eac3', '-b:a', '192k']] }) },
  { name: 'MP2', make: packaged({ audio: [['-c:a', 'mp2', '-b:a', '128k']] }) },
  { name: 'MP3', make: packaged({ audio: [['-c:a', 'libmp3lame', '-b:a', '96k']] }) },
  {
    name: 'MPEG-2 video, MP2',
    make: packaged({
      frameRate: '25',
      video: ['-c:v', 'mpeg2video', '-b:v', '1M', '-g', '50', '-bf', '2', '-sc_threshold', '1000000000'],
      audio: [['-c:a', 'mp2', '-b:a', '128k']],
    }),
  },
  { name: 'two audio tracks', make: packaged({ audio: [AAC, ['-c:a', 'mp2', '-b:a', '128k']] }), audioTracks: 2 },
  { name: 'no audio', make: packaged({ audio: [] }), audioTracks: 0 },
  {
    name: '44.1 kHz',
    make: packaged({ sampleRateHz: 44_100 }),
    exceptions: { audioTicks: 1, reason: 'ffmpeg rounds each audio time by itself: frames of 1,023 and 1,025 samples' },
  },
  { name: 'missing segments', make: withHoles },
  {
    name: 'missing segments, skipped by request',
    make: withMissing,
    gapPolicy: 'skip',
    exceptions: {
      times: true,
      tsTimes: true,
      reason:
        'what is skipped by request leaves no hole in an mp4 or mov, where ffmpeg leaves one; a ts keeps its clock',
    },
  },
  {
    name: 'discontinuity, same codec',
    make: twoRuns,
    exceptions: {
      audioTimes: true,
      tsTimes: true,
      reason: 'after a discontinuity each writer continues audio in its own way, and a ts all of its times',
    },
  },
  {
    name: 'ADTS not aligned to PES',
    make: changed((whole) => cutAtKeyframes(loosenAudio(whole), DEFAULT_SECONDS)),
    exceptions: HALF_FRAMES,
  },
  {
    name: 'PES straddling segments',
    make: changed((whole) => cutAtKeyframes(loosenAudio(whole), DEFAULT_SECONDS, 3)),
    exceptions: HALF_FRAMES,
  },
  {
    name: 'split blindly between packets',
    make: changed((whole) => cutEvery(whole, 651 * 188, DEFAULT_SECONDS)),
    exceptions: HALF_FRAMES,
  },
  {
    name: 'split blindly inside packets',
    make: changed((whole) => cutEvery(whole, 651 * 188 + 77, DEFAULT_SECONDS)),
    exceptions: HALF_FRAMES,
  },
  {
    name: 'pictures larger than segments',
    make: changed((whole) => cutEvery(whole, LARGE_PICTURES.segmentBytes, LARGE_PICTURES.recipe.durationSeconds), {
      ...LARGE_PICTURES.recipe,
    }),
    exceptions: HALF_FRAMES,
  },
  {
    name: 'several access units a PES',
    make: changed((whole) => cutAtKeyframes(joinPictures(whole), DEFAULT_SECONDS), {
      video: x264('open-gop=0', 60, 0),
    }),
    exceptions: {
      tsTimes: true,
      complaint: /^\[null @ \w+\] Application provided invalid, non monotonically increasing dts.*$/gm,
      reason:
        'in a ts the second picture of a PES has no time, and ffmpeg complains of its own guesses when it decodes one',
    },
  },
  {
    name: 'MPEG-4 part 2',
    make: changed((whole) => cutAtKeyframes(whole, DEFAULT_SECONDS), { video: MPEG4 }),
    oneTask: 'mp4',
    exceptions: COPIED_BY_FFMPEG,
  },
  // mov takes no Opus: it is encoded; in a ts of joined segments ffmpeg makes up times of its own
  {
    name: 'Opus',
    make: packaged({ audio: [['-c:a', 'libopus', '-b:a', '96k']] }),
    oneTask: 'mp4',
    exceptions: COPIED_BY_FFMPEG,
    only: { containers: ['mp4'] },
  },
  // the encoder tells its channels once: what begins later nobody can read
  {
    name: 'AAC with a program_config_element',
    make: packaged({ audio: [[...AAC, '-filter:a', 'pan=quad|c0=c0|c1=c0|c2=c0|c3=c0']] }),
    oneTask: 'mp4',
    exceptions: COPIED_BY_FFMPEG,
    only: { shapes: ['start'] },
  },
  { name: 'AES-128', make: packaged(), encrypted: true },
];
