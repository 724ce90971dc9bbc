import { type ExportState, isEnded } from '@clipfleet/ledger';

export interface PaceInput {
  state: ExportState;
  doneBytes: number;
  totalBytes: number;
  acceptedAtMs: number;
  /** When the work on the bytes began. */
  startedAtMs: number | null;
}

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

const clamp = (ms: number): number => Math.round(Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, ms)));

/**
 * When a client should ask again: at half of what is left at the pace measured so far, so that the end is found soon after it
 * came; before there is a pace, at half of the time the export is old already. 0: it has ended.
 */
export const retryAfterMs = (input: PaceInput, nowMs: number): number => {
  const { state } = input;
  if (isEnded(state)) return 0;
  if (state === 'assembling') return SHORTEST_WAIT_MS;
  const leftMs = state === 'running' ? remainingMs(input, nowMs) : undefined;
  return clamp((leftMs ?? nowMs - input.acceptedAtMs) / 2);
};

/** At the pace so far; undefined without one. */
export const remainingMs = (input: PaceInput, nowMs: number): number | undefined => {
  const { doneBytes, totalBytes, startedAtMs } = input;
  if (startedAtMs === null || doneBytes <= 0 || totalBytes <= 0) return undefined;
  const elapsedMs = Math.max(0, nowMs - startedAtMs);
  return (elapsedMs * Math.max(0, totalBytes - doneBytes)) / doneBytes;
};
