import { describe, expect, it } from '@jest/globals';
import { ClipfleetError } from '@clipfleet/contracts';
import { type AbortCause, settle, type SettleInput } from './settlement.js';
import { done, reject, retry, snooze } from './work-outcome.js';

const retryable = new ClipfleetError('download-failed', 'hung up', { details: { key: 'a' } });
const final = new ClipfleetError('undecodable', 'no video');
const returned = (value: unknown): SettleInput['result'] => ({ kind: 'returned', value });
const threw = (error: unknown): SettleInput['result'] => ({ kind: 'threw', error });
const settled = (result: SettleInput['result'], abortCause?: AbortCause, deliveryCount = 1) => {
  const { attemptError, ...rest } = settle({ result, abortCause, deliveryCount, random: 0 });
  return { ...rest, attempt: attemptError && [attemptError.code, attemptError.retryable] };
};

const ack = { action: 'ack', delayMs: 0, outcome: 'done', attempt: undefined };
const ended = { action: 'term', delayMs: 0, outcome: 'ended', attempt: undefined };
const handedOver = { action: 'return', delayMs: 0, outcome: 'shutdown', attempt: undefined };
const retried = (delayMs: number, code: string) => ({
  action: 'return',
  delayMs,
  outcome: 'retry',
  attempt: [code, true],
});
const rejected = (code: string) => ({ action: 'term', delayMs: 0, outcome: 'reject', attempt: [code, false] });

describe('settle', () => {
  it.each([
    ['done', returned(done), ack],
    ['nothing, as handlers of events return', returned(undefined), ack],
    ['retry with a delay', returned(retry(retryable, 7)), retried(7, 'download-failed')],
    ['retry with no delay', returned(retry(retryable, 0)), retried(0, 'download-failed')],
    ['retry', returned(retry(retryable)), retried(500, 'download-failed')],
    ['retry with an error that would not be', returned(retry(final)), retried(500, 'undecodable')],
    ['reject', returned(reject(final)), rejected('undecodable')],
    ['reject with an error that could be tried again', returned(reject(retryable)), rejected('download-failed')],
    ['snooze', returned(snooze(9)), { action: 'return', delayMs: 9, outcome: 'snooze', attempt: undefined }],
    ['a thrown error that may pass', threw(retryable), retried(500, 'download-failed')],
    ['a thrown error that will not', threw(final), rejected('undecodable')],
    ['any other thrown error', threw(new TypeError('x')), retried(500, 'internal')],
    ['a thrown text', threw('x'), retried(500, 'internal')],
    ['something that is no outcome', returned({ kind: 'ready' }), retried(500, 'internal')],
    ['null', returned(null), retried(500, 'internal')],
  ])('%s', (_name, result, expected) => {
    expect(settled(result)).toEqual(expected);
  });

  it.each([
    ['retry', returned(retry(retryable))],
    ['reject', returned(reject(final))],
    ['snooze', returned(snooze(9))],
    ['an error', threw(final)],
  ])('%s of an aborted handler is not believed', (_name, result) => {
    expect(settled(result, 'ended')).toEqual(ended);
    expect(settled(result, 'shutdown')).toEqual(handedOver);
  });

  it.each(['ended', 'shutdown'] as const)('done is done, also after %s', (cause) => {
    expect(settled(returned(done), cause)).toEqual(ack);
  });

  it('waits longer with every delivery', () => {
    const delays = [1, 2, 3, 7, 8, 100].map((count) => settled(returned(retry(retryable)), undefined, count).delayMs);
    expect(delays).toEqual([500, 1000, 2000, 30_000, 30_000, 30_000]);
  });

  it('keeps what is known of the error', () => {
    const { attemptError } = settle({
      result: returned(reject(retryable)),
      abortCause: undefined,
      deliveryCount: 1,
      random: 0,
    });
    expect(attemptError).toMatchObject({ message: 'hung up', details: { key: 'a' } });
  });
});
