/**
 * `aac-latm`: in LOAS/LATM frames instead of ADTS; all AAC tracks of a recording then are. `latm-as-adts`: under the stream type of
 * ADTS, too, as ffmpeg's hls muxer writes it. `aac-quad`: four channels that only a program_config_element describes.
 */
export type AudioCodec = 'aac' | 'aac-latm' | 'latm-as-adts' | 'aac-quad' | 'ac3' | 'eac3' | 'mp2' | 'dts' | 'opus';

export interface AudioTrackOptions {
  codec?: AudioCodec;
  sampleRateHz?: number;
  /** Of its sine tone: tells the tracks apart. */
  toneHz?: number;
  language?: string;
}

/** One uninterrupted encode: what an encoder made from its start to its stop. */
export interface RunOptions {
  durationSeconds: number;
  widthPixels: number;
  heightPixels: number;
  /** As ffmpeg writes it: `30`, `25`, `30000/1001`. */
  frameRate: string;
  videoCodec: 'h264' | 'hevc' | 'mpeg2' | 'mpeg4' | 'none';
  bFrames: number;
  openGop: boolean;
  /** true: with open GOPs, only the recording's very first keyframe has parameter sets before it. */
  parameterSetsOnce?: boolean;
  /** true: a picture that compresses badly, some 10 Mbit/s at 320x180: for segments beyond 5 MiB. */
  noise?: boolean;
  /** true: fields of 1/(2 · frameRate) s, top first (only H.264). */
  interlaced?: boolean;
  /** true: 10 bits, BT.2020 and HLG (only HEVC). */
  hdr?: boolean;
  /** true: four of every ten frames are left out, so that the others are not equally far apart. */
  unevenFrames?: boolean;
  /** From one second to another there is no picture; the sound goes on. */
  pictureHole?: readonly [fromSeconds: number, toSeconds: number];
  gopSeconds: number;
  /** Empty: no audio at all. */
  audio: readonly AudioTrackOptions[];
  /** Added to every time stamp; 95,443.718 s is where 33 bits wrap. */
  ptsOffsetSeconds: number;
}

export interface RecordingOptions extends RunOptions {
  segmentSeconds: number;
  /** true: segments are cut at their time, wherever the keyframes are. */
  cutAnywhere: boolean;
  /** More runs after the first, each with its own time stamps, joined by EXT-X-DISCONTINUITY (a DASH recording has one run). */
  laterRuns: readonly Partial<RunOptions>[];
  /** Of the first frame, or undefined: no wall clock in the playlist. */
  startMs: number | undefined;
  format: 'hls' | 'dash-number' | 'dash-time' | 'dash-list';
  /** All segments in one file, listed by EXT-X-BYTERANGE. */
  byteRanges: boolean;
  /** AES-128; `explicit-iv` writes IV attributes, `sequence-iv` leaves them to the media sequence number. */
  encryption: 'none' | 'explicit-iv' | 'sequence-iv';
  mediaSequence: number;
  /** 0-based segments that carry EXT-X-GAP (and have no file). */
  gapSegments: readonly number[];
  /** 0-based segments that are listed and have no file. */
  missingSegments: readonly number[];
  /** 0-based segments that are neither listed nor there: only the wall clock shows it. */
  droppedSegments: readonly number[];
  /** false: still growing. */
  ended: boolean;
}

export const DEMO_START_MS = Date.UTC(2026, 0, 15, 12, 0, 0);

export const defaultRecording: RecordingOptions = {
  durationSeconds: 12,
  widthPixels: 320,
  heightPixels: 180,
  frameRate: '30',
  videoCodec: 'h264',
  bFrames: 3,
  openGop: false,
  gopSeconds: 2,
  audio: [{}],
  ptsOffsetSeconds: 0,
  segmentSeconds: 2,
  cutAnywhere: false,
  laterRuns: [],
  startMs: DEMO_START_MS,
  format: 'hls',
  byteRanges: false,
  encryption: 'none',
  mediaSequence: 0,
  gapSegments: [],
  missingSegments: [],
  droppedSegments: [],
  ended: true,
};
