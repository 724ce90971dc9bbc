import type { ClipfleetError } from '@clipfleet/contracts';

/**
 * What a handler of work says; only the runtime touches messages.
 * `done` → ack. `retry` → the ledger counts an attempt, and sends it again after a delay. `reject` → the export fails, for good.
 * `snooze` → sent again after a delay without an attempt (a recording that still grows).
 */
export type WorkOutcome =
  | { kind: 'done' }
  | { kind: 'retry'; error: ClipfleetError; delayMs?: number }
  | { kind: 'reject'; error: ClipfleetError }
  | { kind: 'snooze'; delayMs: number };

export const done: WorkOutcome = { kind: 'done' };
export const retry = (error: ClipfleetError, delayMs?: number): WorkOutcome => ({ kind: 'retry', error, delayMs });
export const reject = (error: ClipfleetError): WorkOutcome => ({ kind: 'reject', error });
export const snooze = (delayMs: number): WorkOutcome => ({ kind: 'snooze', delayMs });
