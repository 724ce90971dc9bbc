import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ClipfleetError } from '@clipfleet/contracts';
import {
  IsobmffError,
  type IsobmffErrorCode,
  type MergedHeader as Header,
  MIN_PART_BYTES,
  type MovieContainer,
} from '@clipfleet/isobmff';
import type { AssembledPart, CompletedTask, ExportRecord } from '@clipfleet/ledger';
import { destinationFailure, OBJECT_STORES, ObjectStoreError, type ObjectStores } from '@clipfleet/object-store';
import type { PlanWarning } from '@clipfleet/timeline';
import { mergeAside } from './merge-aside.js';
import { tempHeadOf } from '../uploads/temp-head.js';

const decompress = promisify(gunzip);
/** The report of a day is a few MB. */
const MAX_REPORT_BYTES = 256 * 1024 * 1024;
/** Range 0 keeps its first 5 MiB. */
const MAX_TEMP_HEAD_BYTES = 16 * 1024 * 1024;

/** Of what the recording is; the others are faults of ours. */
const SOURCE_FAILURES: IsobmffErrorCode[] = ['codec-unsupported', 'sample-rate-changed', 'nothing-to-write'];

export type HeaderPart =
  { kind: 'written'; part: AssembledPart; warnings: PlanWarning[] } | { kind: 'lost'; reason: string };

/** Part 1 of an mp4/mov made of several ranges: `ftyp`, the merged `moov`, the `mdat` header, and range 0's first bytes. */
@Injectable()
export class MergedHeader {
  constructor(@Inject(OBJECT_STORES) private readonly stores: ObjectStores) {}

  /** Merges the ranges' reports and writes part 1 of the export's upload. Deterministic: writing it again writes the same. */
  async write(record: ExportRecord, tasks: readonly CompletedTask[], signal: AbortSignal): Promise<HeaderPart> {
    const { destination: at, uploadId } = record;
    if (uploadId === null) throw new ClipfleetError('internal', 'The export has no upload.', { retryable: false });
    const reports = await Promise.all(tasks.map(reportOf));
    const store = this.stores.get(at.storeId);
    const headKey = tasks.find(({ result }) => result.headKey !== undefined)?.result.headKey;
    const headAt = headKey === undefined ? tempHeadOf(record) : { ...at, key: headKey };
    try {
      const head = await store.getBytes(headAt, { limitBytes: MAX_TEMP_HEAD_BYTES, signal });
      if (!isReportedHead(head, tasks)) {
        return { kind: 'lost', reason: 'another run of the first range has replaced the first bytes of the output' };
      }
      const room = { minFirstPartBytes: record.plan?.firstPartBytes ?? MIN_PART_BYTES, reservedBytes: head.length };
      const header = await merge(reports, record.output.container as MovieContainer, room, signal);
      const body = Buffer.concat([header.headerBytes, head]);
      assertWhole(header, body.length, tasks);
      const { partNumber, etag, sizeBytes } = await store.uploadPart(at, uploadId, 1, body, { signal });
      return { kind: 'written', part: { partNumber, etag, sizeBytes }, warnings: [...header.warnings] };
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error;
      if (error.code === 'not-found') return { kind: 'lost', reason: 'the first bytes of the output are gone' };
      if (error.code === 'no-such-upload') return { kind: 'lost', reason: 'the multipart upload is gone' };
      throw destinationFailure(error);
    }
  }
}

interface TaskRangeReport {
  kind: CompletedTask['kind'];
  bytes: Uint8Array;
}

const reportOf = async ({ taskIndex, kind, result }: CompletedTask): Promise<TaskRangeReport> => {
  if (result.rangeReportBase64 === undefined) {
    throw new ClipfleetError('internal', `Task ${taskIndex} has sent no report of its range.`, { retryable: false });
  }
  const bytes = await decompress(Buffer.from(result.rangeReportBase64, 'base64'), {
    maxOutputLength: MAX_REPORT_BYTES,
  });
  return { kind, bytes };
};

/** Encoded edges come out differently each time: what lies there must be what the counted run of range 0 has described. */
const isReportedHead = (head: Uint8Array, tasks: readonly CompletedTask[]): boolean => {
  const told = tasks.find(({ result }) => result.headSha256 !== undefined)?.result.headSha256;
  return told === undefined || told === createHash('sha256').update(head).digest('hex');
};

/** The sound that was encoded as a whole lies in front of the ranges. */
const merge = async (
  reports: readonly TaskRangeReport[],
  container: MovieContainer,
  room: { minFirstPartBytes: number; reservedBytes: number },
  signal: AbortSignal,
): Promise<Header> => {
  const isSound = ({ kind }: TaskRangeReport): boolean => kind === 'encode-audio';
  const encoded = reports.some(({ kind }) => kind === 'encode-range');
  try {
    const options = { container, ...room, encoded };
    const besides = reports.filter(isSound).map(({ bytes }) => bytes);
    const ranges = reports.filter((report) => !isSound(report)).map(({ bytes }) => bytes);
    return await mergeAside({ reports: ranges, besides, options }, signal);
  } catch (error) {
    if (!(error instanceof IsobmffError)) throw error;
    const code = SOURCE_FAILURES.includes(error.code) ? 'unsupported-source' : 'internal';
    throw new ClipfleetError(code, `The ranges cannot be joined: ${error.message}`, {
      retryable: false,
      details: { code: error.code },
      cause: error,
    });
  }
};

/** The header says where every sample lies: a byte too many or too few would shift them all. */
const assertWhole = (header: Header, firstPartBytes: number, tasks: readonly CompletedTask[]): void => {
  const parts = tasks.flatMap((task) => task.result.parts);
  const writtenBytes = parts.reduce((sum, part) => sum + part.sizeBytes, firstPartBytes);
  if (writtenBytes === header.totalBytes) return;
  throw new ClipfleetError(
    'internal',
    `The parts have ${writtenBytes} bytes, the header describes ${header.totalBytes}.`,
    { retryable: false },
  );
};
