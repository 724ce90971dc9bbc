import { ClipfleetError, toClipfleetError } from '@clipfleet/contracts';
import { backoffMs } from './backoff.js';
import type { WorkOutcome } from './work-outcome.js';

/** What is done to the message, and what the ledger is told before. */
export interface Settlement {
  /** `return`: to the ledger, if the message is one of its own; any other goes back to the stream. */
  action: 'ack' | 'return' | 'term';
  /** Only with `return`. 0: at once. */
  delayMs: number;
  /** Reported as a failed attempt, if the subject has attempts. */
  attemptError?: ClipfleetError;
  /** `outcome` in the metrics. */
  outcome: 'done' | 'retry' | 'reject' | 'snooze' | 'ended' | 'shutdown';
}

/** Why the handler's signal was aborted, if it was. */
export type AbortCause = 'ended' | 'shutdown' | undefined;

export interface SettleInput {
  result: { kind: 'returned'; value: unknown } | { kind: 'threw'; error: unknown };
  abortCause: AbortCause;
  /** 1-based. */
  deliveryCount: number;
  /** In [0, 1). */
  random: number;
}

/**
 * | handler | signal | message | ledger |
 * |---|---|---|---|
 * | done | any | ack | |
 * | anything else | export ended | term | nothing: it ended already |
 * | anything else | shutdown | returned at once | nothing: another process goes on |
 * | retry, threw (retryable) | | returned, for after the delay | attempt failed |
 * | reject, threw (not retryable) | | term | attempt failed, not retryable |
 * | snooze | | returned, for after the delay | nothing |
 */
export const settle = (input: SettleInput): Settlement => {
  const outcome = toOutcome(input.result);
  if (outcome.kind === 'done') return { action: 'ack', delayMs: 0, outcome: 'done' };
  // what an aborted handler says is not to be trusted: a killed ffmpeg looks like bad media
  if (input.abortCause === 'ended') return { action: 'term', delayMs: 0, outcome: 'ended' };
  if (input.abortCause === 'shutdown') return { action: 'return', delayMs: 0, outcome: 'shutdown' };
  if (outcome.kind === 'snooze') return { action: 'return', delayMs: outcome.delayMs, outcome: 'snooze' };
  if (outcome.kind === 'reject') {
    return { action: 'term', delayMs: 0, attemptError: withRetryable(outcome.error, false), outcome: 'reject' };
  }
  return {
    action: 'return',
    delayMs: outcome.delayMs ?? backoffMs(input.deliveryCount, input.random),
    attemptError: withRetryable(outcome.error, true),
    outcome: 'retry',
  };
};

const toOutcome = (result: SettleInput['result']): WorkOutcome => {
  if (result.kind === 'threw') {
    const error = toClipfleetError(result.error);
    return error.retryable ? { kind: 'retry', error } : { kind: 'reject', error };
  }
  // handlers of events may return nothing
  if (result.value === undefined) return { kind: 'done' };
  if (isOutcome(result.value)) return result.value;
  const error = new ClipfleetError('internal', 'a handler returned something that is not an outcome');
  return { kind: 'retry', error };
};

const kinds: readonly unknown[] = ['done', 'retry', 'reject', 'snooze'] satisfies WorkOutcome['kind'][];
const isOutcome = (value: unknown): value is WorkOutcome =>
  typeof value === 'object' && value !== null && 'kind' in value && kinds.includes(value.kind);

/** The outcome, not the error's table, decides. */
const withRetryable = (error: ClipfleetError, retryable: boolean): ClipfleetError =>
  error.retryable === retryable
    ? error
    : new ClipfleetError(error.code, error.message, { details: error.details, cause: error.cause, retryable });
