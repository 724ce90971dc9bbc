import { writeFileSync } from 'node:fs';
import { type DemuxedSample, type TrackConfig, TsDemuxer } from '@clipfleet/mpegts';
import type { MovieContainer } from '../entry/sample-entry.js';
import { type MergedHeader, mergeRanges } from '../merge/merge-ranges.js';
import { RangeWriter } from '../range/range-writer.js';
import { decodeRangeReport } from '../report/decode-report.js';
import { encodeRangeReport } from '../report/encode-report.js';
import type { RangeReport } from '../report/range-report.js';
import { type Recording, type Segment, segmentBytes } from './recordings.js';

export type Each = (sample: DemuxedSample, config: TrackConfig | undefined) => void;

/** How a segment's bytes come: a store hands them out in chunks of any size. */
export type ChunksOf = (bytes: Uint8Array) => Uint8Array[];

/** Only for tests: the samples of a range, as a worker reads them. `tail` completes what starts in the range. */
export function demuxRange(
  segments: readonly Segment[],
  tail: readonly Segment[],
  each: Each,
  programPackets?: Uint8Array,
  chunksOf: ChunksOf = (bytes) => [bytes],
): void {
  const configs = new Map<number, TrackConfig>();
  const sink = {
    config: (config: TrackConfig) => void configs.set(config.pid, config),
    sample: (sample: DemuxedSample) => each(sample, configs.get(sample.pid)),
  };
  const demuxer = new TsDemuxer({
    sink,
    firstRunIndex: segments[0].runIndex,
    ...(programPackets !== undefined && { programPackets }),
  });
  segments.forEach((segment, i) => {
    demuxer.startSegment({ newRun: i > 0 && segments[i - 1].runIndex !== segment.runIndex });
    for (const chunk of chunksOf(segmentBytes(segment))) demuxer.push(chunk);
  });
  demuxer.endOwn();
  for (const segment of tail) {
    if (demuxer.isComplete) break;
    demuxer.startSegment();
    for (const chunk of chunksOf(segmentBytes(segment))) demuxer.push(chunk);
  }
  if (!demuxer.isComplete) demuxer.flush();
}

export interface StitchedRange {
  readonly payload: readonly Uint8Array[];
  readonly report: RangeReport;
}

/** Only for tests: what one worker makes of a range. The report goes over the wire and back. */
export function writeRange(
  segments: readonly Segment[],
  tail: readonly Segment[],
  programPackets?: Uint8Array,
  chunksOf?: ChunksOf,
): StitchedRange {
  const writer = new RangeWriter();
  const payload: Uint8Array[] = [];
  const each: Each = (sample, config) => payload.push(...writer.push(sample, config));
  demuxRange(segments, tail, each, programPackets, chunksOf);
  const end = writer.finish();
  return { payload: [...payload, ...end.payload], report: decodeRangeReport(encodeRangeReport(end.report)) };
}

/** Only for tests: a whole recording in ranges of `segmentsPerRange`, as one file. */
export function stitch(
  recording: Recording,
  segmentsPerRange: number,
  container: MovieContainer,
  file: string,
): MergedHeader {
  const { segments } = recording;
  const ranges: StitchedRange[] = [];
  // SDT, PAT and PMT are ffmpeg's first three packets; a range that begins blindly has none.
  const programPackets = segmentBytes(segments[0]).subarray(0, 3 * 188);
  for (let i = 0; i < segments.length; i += segmentsPerRange) {
    const own = segments.slice(i, i + segmentsPerRange);
    const next = segments.slice(i + segmentsPerRange);
    const isOther = next.findIndex(({ runIndex }) => runIndex !== own[own.length - 1].runIndex);
    ranges.push(writeRange(own, isOther < 0 ? next : next.slice(0, isOther), programPackets));
  }
  const header = mergeRanges(
    ranges.map(({ report }) => report),
    { container },
  );
  writeFile(file, header.headerBytes, ranges);
  return header;
}

export function writeFile(file: string, headerBytes: Uint8Array, ranges: readonly StitchedRange[]): void {
  const chunks = ranges.flatMap(({ payload, report }) => [...payload, new Uint8Array(report.paddingBytes)]);
  writeFileSync(file, Buffer.concat([headerBytes, ...chunks]));
}
