import { type ExportStatus, isEnded } from '@clipfleet/ledger';
import type { Coverage } from '@clipfleet/timeline';
import { retryAfterMs } from '../progress/pace.js';
import type { ExportView, SubmitInput } from './export-service.js';
import { madeSidecarKeysOf } from './sidecar-keys.js';

/** The view of an export that is not one: its object was there already. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** What a client is told of an export. `doneBytes` as live reports know it; `ledgerNowMs` by the clock that outputs expire by. */
export const toView = (record: ExportStatus, doneBytes: number, nowMs: number, ledgerNowMs: number): ExportView => {
  const { state, output, result, acceptedAtMs, startedAtMs } = record;
  const { growingCoverage } = record;
  const totalBytes = growingCoverage ? expectedBytes(record.bytesTotal, growingCoverage) : record.bytesTotal;
  const sidecarKeys = madeSidecarKeysOf(output, record.bytesTotal);
  const done = state === 'completed' ? totalBytes : doneBytes;
  // made in one shape and filled: every poll makes one, and spreads of conditions cost several times as much
  const view: ExportView = {
    id: record.id,
    fingerprint: record.fingerprint,
    state,
    destination: record.destination,
    container: output.container,
    request: record.request,
    progress: { doneBytes: done, totalBytes, ratio: ratioOf(state === 'completed', done, totalBytes) },
    retryAfterMs: retryAfterMs({ state, acceptedAtMs, startedAtMs, doneBytes, totalBytes }, nowMs),
    generation: record.generation,
    createdAtMs: Math.floor(acceptedAtMs),
  };
  if (record.errorCode !== null) view.errorCode = record.errorCode;
  if (record.errorMessage !== null) view.errorMessage = record.errorMessage;
  if (record.errorDetails !== null) view.errorDetails = record.errorDetails;
  if (sidecarKeys.length > 0) view.sidecarKeys = sidecarKeys;
  if (result !== null) view.result = result;
  if (record.expiresAtMs !== null) {
    view.expiresAtMs = Math.floor(record.expiresAtMs);
    view.leftMs = Math.max(0, record.expiresAtMs - ledgerNowMs);
  }
  if (record.endedAtMs !== null && isEnded(state)) view.completedAtMs = Math.floor(record.endedAtMs);
  return view;
};

/** Of a recording that still grows: what is planned so far, taken for its share of the requested time. */
const expectedBytes = (plannedBytes: number, { requested, planned }: Coverage): number => {
  const plannedMs = Math.max(1, planned.endMs - requested.startMs);
  return Math.round((plannedBytes * Math.max(plannedMs, requested.endMs - requested.startMs)) / plannedMs);
};

const ratioOf = (isCompleted: boolean, doneBytes: number, totalBytes: number): number => {
  if (isCompleted) return 1;
  return totalBytes > 0 ? doneBytes / totalBytes : 0;
};

/** `overwrite: false`, and the object is there: as good as completed, and never recorded. */
export const existingObjectView = (input: SubmitInput, lastModifiedMs: number): ExportView => {
  const sidecarKeys = madeSidecarKeysOf(input.output, 0);
  return {
    id: NIL_UUID,
    fingerprint: input.fingerprint,
    state: 'completed',
    destination: input.output.destination,
    ...(sidecarKeys.length > 0 && { sidecarKeys }),
    container: input.output.container,
    request: input.request,
    progress: { doneBytes: 0, totalBytes: 0, ratio: 1 },
    retryAfterMs: 0,
    generation: 1,
    createdAtMs: lastModifiedMs,
    completedAtMs: lastModifiedMs,
  };
};
