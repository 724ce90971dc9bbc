import { describe, expect, it } from '@jest/globals';
import { type ConsumerView, settledUpTo } from './consumer-view.js';

describe('how far a consumer is done', () => {
  it.each<[string, ConsumerView, number]>([
    ['nothing came', { ackFloorSequence: 0, deliveredSequence: 0, pendingCount: 0, ackPendingCount: 0 }, 0],
    ['all is settled', { ackFloorSequence: 7, deliveredSequence: 9, pendingCount: 0, ackPendingCount: 0 }, 9],
    ['some wait', { ackFloorSequence: 7, deliveredSequence: 9, pendingCount: 1, ackPendingCount: 0 }, 7],
    ['some are worked on', { ackFloorSequence: 7, deliveredSequence: 9, pendingCount: 0, ackPendingCount: 1 }, 7],
    ['a first one is worked on', { ackFloorSequence: 0, deliveredSequence: 1, pendingCount: 0, ackPendingCount: 1 }, 0],
  ])('%s', (_name, view, expected) => {
    expect(settledUpTo(view)).toBe(expected);
  });
});
