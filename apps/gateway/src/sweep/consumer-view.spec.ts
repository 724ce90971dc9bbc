import { describe, expect, it } from '@jest/globals';
import { type ConsumerView, contradicts, settledUpTo } from './consumer-view.js';

const view = (overrides: Partial<ConsumerView>): ConsumerView => ({
  ackFloorSequence: 7,
  deliveredSequence: 9,
  pendingCount: 0,
  ackPendingCount: 0,
  ...overrides,
});

describe('how far a consumer is done', () => {
  it.each<[string, Partial<ConsumerView>, number]>([
    ['nothing came', { ackFloorSequence: 0, deliveredSequence: 0 }, 0],
    ['all is settled', {}, 9],
    ['some wait', { pendingCount: 1 }, 7],
    ['some are worked on', { ackPendingCount: 1 }, 7],
    ['the first one is worked on', { ackFloorSequence: 0, deliveredSequence: 1, ackPendingCount: 1 }, 0],
  ])('%s', (_name, overrides, expected) => {
    expect(settledUpTo(view(overrides))).toBe(expected);
  });
});

describe('a contradiction of stream and consumer', () => {
  it.each<[string, Partial<ConsumerView>, number, boolean, boolean]>([
    ['nothing anywhere', {}, 0, true, false],
    ['one waits', { pendingCount: 1 }, 1, false, false],
    ['one waits and one is worked on', { pendingCount: 1, ackPendingCount: 1 }, 2, false, false],
    ['one is stored that the consumer has forgotten', {}, 1, false, true],
    ['two are stored, one is worked on', { ackPendingCount: 1 }, 2, false, true],
    ['one is said to be worked on that is not stored, while others are', { ackPendingCount: 2 }, 1, false, false],
    ['the same when no export is under way', { ackPendingCount: 2 }, 1, true, true],
    ['one is said to be worked on when no export is under way', { ackPendingCount: 1 }, 0, true, true],
  ])('%s', (_name, overrides, storedCount, isQuiet, expected) => {
    expect(contradicts(view(overrides), storedCount, isQuiet)).toBe(expected);
  });
});
