import { Inject, Injectable } from '@nestjs/common';
import { type ClipRequest, oneFieldError, readClipRequest } from '@clipfleet/contracts';
import type { FileRecord, Tenant } from '@clipfleet/ledger';
import {
  type ClipRange,
  keptRanges,
  type Output,
  segmentEndTicks,
  ticksToMs,
  type Timeline,
  touchedSegments,
  type UnitRange,
} from '@clipfleet/timeline';
import { FilePlace } from '../files/file-place.js';
import { assertListable } from './assert-listable.js';
import { copiedOutput } from './copied-output.js';
import { FileJobs } from './file-jobs.js';
import { clipOf, readsOf, RecordingReader } from './recording-reader.js';

/** Beyond the end by less is rounding. */
const ROUNDING_TICKS = 90;

/** Some ranges of a playlist, or all but some: a playlist, or one file. */
@Injectable()
export class PlaylistClip {
  constructor(
    @Inject(RecordingReader) private readonly recordings: RecordingReader,
    @Inject(FileJobs) private readonly jobs: FileJobs,
    @Inject(FilePlace) private readonly place: FilePlace,
  ) {}

  /** Throws `bad-parameter`, `not-found`, `forbidden`, `too-many-exports`. */
  async begin(tenant: Tenant, body: Record<string, unknown>): Promise<FileRecord> {
    const request = readClipRequest(body);
    await this.jobs.checkTarget(tenant, request.target);
    const recording = await this.recordings.read(tenant, request.playlistId, 'm3u8');
    const whole = this.place.whole(tenant.slug);
    if (request.output === 'm3u8') assertListable([recording], whole.storeId, 'm3u8');
    const ranges = rangesOf(request, recording.timeline);
    return this.jobs.begin(tenant, request.target, {
      operation: 'm3u8-clip',
      edit: { clips: ranges.map((range) => clipOf(recording, range)) },
      output: clipOutput(request),
      reads: readsOf([recording], whole),
    });
  }
}

/**
 * What is included, and of that what is not excluded. At segments an include has all of what it names, and an exclude leaves
 * nothing of it.
 */
export const rangesOf = (request: ClipRequest, timeline: Timeline): ClipRange[] => {
  const { segments } = timeline;
  const total = request.byIndex ? segments.length : segmentEndTicks(segments.at(-1)!);
  const include = inside(request.include, total, 'include', request.byIndex);
  const exclude = inside(request.exclude, total, 'exclude', request.byIndex);
  if (request.accuracy === 'exact') return nonEmpty(keptRanges(total, include, exclude)).map(exactRange);
  const indexes = (ranges: UnitRange[] | undefined): UnitRange[] | undefined =>
    request.byIndex ? ranges : ranges && touchedSegments(segments, ranges);
  return nonEmpty(keptRanges(segments.length, indexes(include), indexes(exclude))).map(({ start, end }) => ({
    kind: 'segments',
    firstIndex: start,
    endIndex: end,
  }));
};

const inside = (
  ranges: UnitRange[] | undefined,
  total: number,
  field: string,
  byIndex: boolean,
): UnitRange[] | undefined => {
  const tolerance = byIndex ? 0 : ROUNDING_TICKS;
  const isOutside = ({ start, end }: UnitRange): boolean => start >= total || end > total + tolerance;
  if (ranges?.some(isOutside)) {
    const has = byIndex ? `${total} segments, 0 to ${total - 1}` : `${ticksToMs(total) / 1000} seconds`;
    throw oneFieldError(field, `is out of range: the recording has ${has}`);
  }
  return ranges?.map(({ start, end }) => ({ start, end: Math.min(end, total) }));
};

const exactRange = ({ start, end }: UnitRange): ClipRange => {
  const startMs = ticksToMs(start);
  return { kind: 'from-start', startMs, durationMs: Math.max(1, ticksToMs(end) - startMs) };
};

const nonEmpty = (ranges: UnitRange[]): UnitRange[] => {
  if (ranges.length > 0) return ranges;
  throw oneFieldError('exclude', 'leaves nothing');
};

const clipOutput = ({ output, accuracy }: ClipRequest): Omit<Output, 'destination' | 'overwrite'> => {
  const container = output === 'm3u8' ? 'playlist' : output;
  if (accuracy === 'segment') return copiedOutput({ container, cutMode: 'segment' });
  // neither a ts nor a playlist has an edit list to hide pictures with
  const isHidden = container === 'mp4' || container === 'mov';
  return copiedOutput({ container, cutMode: 'exact', ...(!isHidden && { exact: { by: 'reencode' as const } }) });
};
