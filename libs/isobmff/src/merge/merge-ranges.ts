import type { MovieContainer } from '../entry/sample-entry.js';
import { IsobmffError } from '../isobmff-error.js';
import type { MovieTrack } from '../movie/movie.js';
import { presentedDuration, writeHeader } from '../movie/write-header.js';
import type { RangeReport } from '../report/range-report.js';
import { addRanges, type LaidClip, spansIn, type Track } from './add-ranges.js';
import { AudioLane } from './audio-lane.js';
import { type ClipRanges, cutEndOf, groupByClip, originOf, windowsOf } from './clip-windows.js';
import { BareVideoLane, isBare } from './bare-video-lane.js';
import { type ClipWindow, type Lane, SoleLane } from './lane.js';
import { type MatchedTrack, matchTracks } from './match-tracks.js';
import type { PlacedSpan } from './place-runs.js';
import { tellHoles } from './picture-holes.js';
import { shareDelay } from './share-delay.js';
import { pictureDelayTicks, VideoLane } from './video-lane.js';

export interface MergeOptions {
  readonly container: MovieContainer;
  /** The header is filled up so that header + `reservedBytes` reach this. */
  readonly minFirstPartBytes?: number;
  /** Bytes of the payload that part 1 carries behind the header. */
  readonly reservedBytes?: number;
  /**
   * Reports of tracks that no range has, over the runs of all of them. Their payloads lie in front of the ranges': sound is
   * small, and a player that reads on has it when the pictures come.
   */
  readonly besides?: readonly RangeReport[];
  /** The video was encoded in ranges, see `shareDelay`. */
  readonly encoded?: boolean;
}

export interface MergedTrack {
  readonly kind: 'video' | 'audio';
  readonly codecs: readonly string[];
  readonly sampleCount: number;
  /** How long it is shown, leading gap included. */
  readonly durationTicks: number;
}

export type MergeWarningCode = 'configuration-changed' | 'times-clamped' | 'pictures-missing';

export interface MergedHeader {
  /** `ftyp + moov + free? + mdat header`: what stands in front of the ranges' payloads. */
  readonly headerBytes: Uint8Array;
  readonly payloadBytes: number;
  readonly totalBytes: number;
  readonly durationTicks: number;
  readonly tracks: readonly MergedTrack[];
  readonly warnings: readonly { readonly code: MergeWarningCode; readonly message: string }[];
}

/** The header of the file whose payload is the ranges' payloads (with their padding) one after another. */
export function mergeRanges(reports: readonly RangeReport[], options: MergeOptions): MergedHeader {
  const { besides = [], encoded = false } = options;
  const clips = groupByClip(reports, besides);
  if (clips.length === 0) throw new IsobmffError('nothing-to-write', 'no range has a sample');
  const all = clips.length === 1 ? tracksOfOne(clips[0], encoded) : tracksOfSeveral(clips);
  const payloadBytes = addRanges([...besides, ...reports], all.clips, all.tracks);
  const tracks = all.tracks.filter(({ builder }) => builder !== undefined);
  if (tracks.length === 0) throw new IsobmffError('nothing-to-write', 'no range has a sample that can be decoded');
  const movieTracks = tracks.map((track, i) => movieTrack(track, i, tracks));
  const { container, minFirstPartBytes = 0, reservedBytes = 0 } = options;
  const minHeaderBytes = minFirstPartBytes - reservedBytes;
  const headerBytes = writeHeader({ container, tracks: movieTracks, payloadBytes, minHeaderBytes });
  return {
    headerBytes,
    payloadBytes,
    totalBytes: headerBytes.length + payloadBytes,
    durationTicks: Math.max(...movieTracks.map(presentedDuration)),
    tracks: movieTracks.map(summary),
    warnings: tracks.flatMap((track, i) => warningsOf(track, i)),
  };
}

interface Laid {
  readonly clips: readonly LaidClip[];
  readonly tracks: readonly Track[];
}

const openTrack = (matched: MatchedTrack, lane: Lane): Track => ({ matched, lane, builder: undefined });

function tracksOfOne(clip: ClipRanges, encoded: boolean): Laid {
  if (encoded) shareDelay(clip.runs);
  const originTicks = originOf(clip);
  const cutEndTicks = cutEndOf(clip);
  const endTicks = cutEndTicks === undefined ? undefined : cutEndTicks - originTicks;
  const wholeMs = clip.reports[0].shown.startTicks === undefined && endTicks === undefined;
  const tracks = matchTracks(clip.runs).map((matched) => openTrack(matched, new SoleLane({ endTicks, wholeMs })));
  const window = { reports: clip.reports, originTicks, durationTicks: 0, startTicks: 0, isLast: true };
  return { clips: [{ ...clip, window }], tracks };
}

function tracksOfSeveral(ranges: readonly ClipRanges[]): Laid {
  const windows = windowsOf(ranges);
  const clips = ranges.map((clip, i) => ({ ...clip, window: windows[i] }));
  const tracks = matchTracks(ranges.flatMap(({ runs }) => runs)).map((matched) => {
    if (matched.kind === 'audio') return openTrack(matched, new AudioLane(rateOf(matched, ranges)));
    return openTrack(matched, videoLaneOf(clips.map((clip) => ({ spans: spansIn(clip, matched), clip: clip.window }))));
  });
  return { clips, tracks };
}

function videoLaneOf(clips: readonly { spans: readonly PlacedSpan[]; clip: ClipWindow }[]): Lane {
  const delayTicks = Math.max(...clips.map(({ spans, clip }) => pictureDelayTicks(spans, clip)));
  return clips.every(({ spans, clip }) => isBare(spans, clip))
    ? new BareVideoLane(delayTicks)
    : new VideoLane(delayTicks);
}

/** The first there is: a track cannot change it, which its builder refuses by name. */
function rateOf({ spans }: MatchedTrack, clips: readonly ClipRanges[]): number {
  for (const { span, rangeIndex } of spans) {
    const clip = clips.find((each) => rangeIndex < each.firstRangeIndex + each.reports.length);
    const configs = clip?.reports[rangeIndex - clip.firstRangeIndex].configs ?? [];
    const config = configs.find(({ kind, pid }) => kind === 'audio' && pid === span.pid);
    if (config?.kind === 'audio') return config.sampleRateHz;
  }
  throw new IsobmffError('report-invalid', 'audio without a configuration');
}

function movieTrack(track: Track, index: number, tracks: readonly Track[]): MovieTrack {
  const { matched, lane, builder } = track;
  if (builder === undefined) throw new IsobmffError('report-invalid', 'a span without chunks');
  const edits = lane.edits(builder.finish(lastDurationOf(matched)));
  return {
    trackId: index + 1,
    kind: matched.kind,
    // One of each kind is shown; the others are there to be chosen.
    enabled: tracks.findIndex((other) => other.matched.kind === matched.kind) === index,
    language: matched.language ?? 'und',
    edits,
    ...builder.describe(),
  };
}

/** Undefined: the last range has but one picture, which cannot tell how long it is. */
const lastDurationOf = ({ spans }: MatchedTrack): number | undefined => {
  const last = spans.at(-1)?.span;
  return last !== undefined && last.sampleCount > 1 ? last.lastDurationTicks : undefined;
};

const summary = (track: MovieTrack): MergedTrack => ({
  kind: track.kind,
  codecs: track.configs.map((config) => config.codec),
  sampleCount: track.tables.sizesBytes.length,
  durationTicks: presentedDuration(track),
});

function warningsOf({ builder, matched }: Track, index: number): MergedHeader['warnings'] {
  const name = `track ${index + 1} (${matched.kind})`;
  const entries = builder?.configs.length ?? 0;
  const clamped = builder?.clampedCount ?? 0;
  const holes = tellHoles(builder?.pictureHoles ?? []);
  return [
    ...(entries > 1
      ? [{ code: 'configuration-changed' as const, message: `${name} has ${entries} configurations` }]
      : []),
    ...(clamped > 0
      ? [{ code: 'times-clamped' as const, message: `${name}: ${clamped} samples were stamped before the one ahead` }]
      : []),
    ...(holes === undefined ? [] : [{ code: 'pictures-missing' as const, message: holes }]),
  ];
}
