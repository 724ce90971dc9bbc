import type { TrackConfig } from '@clipfleet/mpegts';
import { VarintReader } from '../bytes/varint.js';
import type { MovieContainer } from '../entry/sample-entry.js';
import { IsobmffError } from '../isobmff-error.js';
import type { MovieTrack } from '../movie/movie.js';
import { presentedDuration, writeHeader } from '../movie/write-header.js';
import type { RangeReport } from '../report/range-report.js';
import { SpanReader, type SpanSample } from '../report/span-reader.js';
import { type MatchedTrack, matchTracks } from './match-tracks.js';
import { tellHoles } from './picture-holes.js';
import { type PlacedRun, type PlacedSpan, placeRuns } from './place-runs.js';
import { shareDelay } from './share-delay.js';
import { TrackBuilder } from './track-builder.js';
import { trackEdits } from './track-edits.js';

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

interface Track {
  readonly matched: MatchedTrack;
  builder: TrackBuilder | undefined;
}

/** Reads a range's report on the output's axis, into the tracks. */
interface SpanTarget {
  readonly reader: SpanReader;
  readonly placed: PlacedSpan;
  readonly track: Track;
}

/** The header of the file whose payload is the ranges' payloads (with their padding) one after another. */
export function mergeRanges(reports: readonly RangeReport[], options: MergeOptions): MergedHeader {
  const { besides = [], encoded = false } = options;
  const runs = placeRuns(reports, besides);
  if (encoded) shareDelay(runs);
  if (runs.length === 0) throw new IsobmffError('nothing-to-write', 'no range has a sample');
  const all = matchTracks(runs).map((matched): Track => ({ matched, builder: undefined }));
  const originTicks = originOf(reports, runs);
  const payloadBytes = addRanges([...besides, ...reports], all, originTicks);
  const tracks = all.filter(({ builder }) => builder !== undefined);
  if (tracks.length === 0) throw new IsobmffError('nothing-to-write', 'no range has a sample that can be decoded');
  const endTicks = endOf(reports[reports.length - 1], besides.length + reports.length - 1, runs, originTicks);
  const wholeMs = reports[0].shown.startTicks === undefined && endTicks === undefined;
  const movieTracks = tracks.map((track, i) => movieTrack(track, i, tracks, { endTicks, wholeMs }));
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

/** Where showing begins: at the cut, else with the first sample of whatever track starts first. */
function originOf(reports: readonly RangeReport[], runs: readonly PlacedRun[]): number {
  const { startTicks } = reports[0].shown;
  const [{ spans }] = runs;
  if (startTicks !== undefined) return startTicks + referenceSpan(spans).offsetTicks;
  return Math.min(...spans.map(({ span, offsetTicks }) => span.firstPtsTicks + offsetTicks));
}

/** From the origin; undefined: with the last sample. */
function endOf(
  { shown: { endTicks } }: RangeReport,
  lastIndex: number,
  runs: readonly PlacedRun[],
  originTicks: number,
): number | undefined {
  const spans = runs.at(-1)?.spans.filter(({ rangeIndex }) => rangeIndex === lastIndex) ?? [];
  if (endTicks === undefined || spans.length === 0) return undefined;
  return endTicks + referenceSpan(spans).offsetTicks - originTicks;
}

/** Cuts are told on the clock of the video, where there is one. */
const referenceSpan = (spans: readonly PlacedSpan[]): PlacedSpan =>
  spans.find(({ span }) => span.kind === 'video') ?? spans[0];

/** Every sample of every range, into its track; the payload's size. */
function addRanges(reports: readonly RangeReport[], tracks: readonly Track[], originTicks: number): number {
  let rangeStartByte = 0;
  reports.forEach((report, rangeIndex) => {
    const targets: SpanTarget[] = [];
    for (const track of tracks) {
      for (const placed of track.matched.spans) {
        if (placed.rangeIndex !== rangeIndex) continue;
        targets[placed.spanIndex] = { reader: new SpanReader(placed.span), placed, track };
      }
    }
    addChunks(report, targets, originTicks, rangeStartByte);
    rangeStartByte += report.payloadBytes + report.paddingBytes;
  });
  return rangeStartByte;
}

function addChunks(report: RangeReport, targets: readonly SpanTarget[], originTicks: number, startByte: number): void {
  const chunks = new VarintReader(report.chunks);
  let offsetByte = startByte;
  for (let n = report.chunkCount; n > 0; n--) {
    const target = targets[chunks.unsigned()];
    const configIndex = chunks.unsigned() - 1;
    const config = report.configs[configIndex];
    const sampleCount = chunks.unsigned();
    if (target === undefined || (config === undefined && configIndex >= 0)) {
      throw new IsobmffError('report-invalid', 'a chunk of no track or of no configuration');
    }
    offsetByte = addChunk(target, { offsetByte, sampleCount, config, originTicks });
  }
  if (offsetByte - startByte !== report.payloadBytes || targets.some(({ reader }) => !reader.atEnd)) {
    throw new IsobmffError('report-invalid', `the chunks do not make up the payload of ${report.payloadBytes} bytes`);
  }
}

interface Chunk {
  readonly offsetByte: number;
  readonly sampleCount: number;
  readonly config: TrackConfig | undefined;
  readonly originTicks: number;
}

/** The chunk's end. What cannot be decoded because the output begins in the middle of a GOP is in the payload, but not in the track. */
function addChunk({ reader, placed, track }: SpanTarget, chunk: Chunk): number {
  let { offsetByte } = chunk;
  const shiftTicks = placed.offsetTicks - chunk.originTicks;
  let isOpen = false;
  for (let left = chunk.sampleCount; left > 0; left--) {
    const sample = delayed(reader.next(), placed.earlierTicks);
    if (track.builder === undefined && chunk.config !== undefined && sample.keyframe) {
      track.builder = new TrackBuilder(chunk.config);
    }
    if (track.builder !== undefined && !isOpen) {
      track.builder.addChunk(offsetByte, left, chunk.config);
      isOpen = true;
    }
    track.builder?.addSample(sample, sample.dtsTicks + shiftTicks);
    offsetByte += sample.sizeBytes;
  }
  return offsetByte;
}

/** Decoding moves, presentation stays. */
const delayed = (sample: SpanSample, earlierTicks: number): SpanSample =>
  earlierTicks === 0
    ? sample
    : { ...sample, dtsTicks: sample.dtsTicks - earlierTicks, offsetTicks: sample.offsetTicks + earlierTicks };

function movieTrack(
  track: Track,
  index: number,
  tracks: readonly Track[],
  editOptions: { endTicks: number | undefined; wholeMs: boolean },
): MovieTrack {
  const { matched, builder } = track;
  if (builder === undefined) throw new IsobmffError('report-invalid', 'a span without chunks');
  const edits = trackEdits(builder.finish(matched.spans.at(-1)?.span.lastDurationTicks ?? 0), editOptions);
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
