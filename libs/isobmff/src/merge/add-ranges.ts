import type { TrackConfig } from '@clipfleet/mpegts';
import { VarintReader } from '../bytes/varint.js';
import { IsobmffError } from '../isobmff-error.js';
import type { RangeReport } from '../report/range-report.js';
import { SpanReader, type SpanSample } from '../report/span-reader.js';
import type { ClipRanges } from './clip-windows.js';
import type { ClipWindow, Lane } from './lane.js';
import type { MatchedTrack } from './match-tracks.js';
import type { PlacedSpan } from './place-runs.js';
import { TrackBuilder } from './track-builder.js';

export interface Track {
  readonly matched: MatchedTrack;
  readonly lane: Lane;
  builder: TrackBuilder | undefined;
  /** Of the clip, as far as it has come. */
  first?: { readonly offsetByte: number; readonly sample: SpanSample; readonly config: TrackConfig | undefined };
}

export interface LaidClip extends ClipRanges {
  readonly window: ClipWindow;
}

/** Reads a range's report on the clip's axis, into the tracks. */
interface SpanTarget {
  readonly reader: SpanReader;
  readonly placed: PlacedSpan;
  readonly track: Track;
}

/** A track's spans in a clip. */
export const spansIn = ({ firstRangeIndex, reports }: ClipRanges, { spans }: MatchedTrack): PlacedSpan[] =>
  spans.filter(({ rangeIndex }) => rangeIndex >= firstRangeIndex && rangeIndex < firstRangeIndex + reports.length);

/** Every sample of every range, into its track; the payload's size. */
export function addRanges(
  reports: readonly RangeReport[],
  clips: readonly LaidClip[],
  tracks: readonly Track[],
): number {
  const startBytes: number[] = [];
  let payloadBytes = 0;
  for (const report of reports) {
    startBytes.push(payloadBytes);
    payloadBytes += report.payloadBytes + report.paddingBytes;
  }
  for (const clip of clips) {
    for (const { lane, matched } of tracks) lane.startClip(clip.window, spansIn(clip, matched));
    [...clip.besides, ...clip.reports].forEach((report, i) => {
      const rangeIndex = clip.firstRangeIndex - clip.besides.length + i;
      addChunks(report, targetsOf(tracks, rangeIndex), clip.window.originTicks, startBytes[rangeIndex]);
    });
    for (const track of tracks) endClip(track);
  }
  return payloadBytes;
}

function endClip(track: Track): void {
  const { lane, builder, first } = track;
  for (const { startTicks, offsetTicks } of lane.endClip()) {
    if (builder === undefined || first === undefined) continue;
    builder.addChunk(first.offsetByte, 1, first.config);
    builder.addSample(first.sample, startTicks, offsetTicks);
  }
  delete track.first;
}

function targetsOf(tracks: readonly Track[], rangeIndex: number): SpanTarget[] {
  const targets: SpanTarget[] = [];
  for (const track of tracks) {
    for (const placed of track.matched.spans) {
      if (placed.rangeIndex !== rangeIndex) continue;
      targets[placed.spanIndex] = { reader: new SpanReader(placed.span), placed, track };
    }
  }
  return targets;
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

/**
 * The chunk's end. What cannot be decoded because the output begins in the middle of a GOP, and what a lane leaves out, is
 * in the payload, but not in the track.
 */
function addChunk({ reader, placed, track }: SpanTarget, chunk: Chunk): number {
  let { offsetByte } = chunk;
  const shiftTicks = placed.offsetTicks - chunk.originTicks;
  let open: { offsetByte: number; sampleCount: number } | undefined;
  const close = (): void => {
    if (open !== undefined) track.builder?.addChunk(open.offsetByte, open.sampleCount, chunk.config);
    open = undefined;
  };
  for (let left = chunk.sampleCount; left > 0; left--) {
    const sample = delayed(reader.next(), placed.earlierTicks);
    const place = track.lane.place(sample, sample.dtsTicks + shiftTicks);
    if (track.builder === undefined && place !== undefined && chunk.config !== undefined && sample.keyframe) {
      track.builder = new TrackBuilder(chunk.config);
    }
    if (track.builder !== undefined && place !== undefined) {
      open ??= { offsetByte, sampleCount: 0 };
      open.sampleCount++;
      track.first ??= { offsetByte, sample, config: chunk.config };
      track.lane.placed(track.builder.addSample(sample, place.startTicks, place.offsetTicks), sample);
    } else close();
    offsetByte += sample.sizeBytes;
  }
  close();
  return offsetByte;
}

/** Decoding moves, presentation stays. */
const delayed = (sample: SpanSample, earlierTicks: number): SpanSample =>
  earlierTicks === 0
    ? sample
    : { ...sample, dtsTicks: sample.dtsTicks - earlierTicks, offsetTicks: sample.offsetTicks + earlierTicks };
