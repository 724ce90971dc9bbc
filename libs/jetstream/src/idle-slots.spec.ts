import { describe, expect, it } from '@jest/globals';
import { idleSlotsOf } from './idle-slots.js';

describe('idle slots', () => {
  it.each([
    ['all are idle', { waitingPulls: 8, pendingCount: 0, ackPendingCount: 0 }, 8],
    ['some work', { waitingPulls: 3, pendingCount: 0, ackPendingCount: 5 }, 3],
    ['messages on their way to them', { waitingPulls: 3, pendingCount: 2, ackPendingCount: 0 }, 1],
    ['all work', { waitingPulls: 0, pendingCount: 0, ackPendingCount: 8 }, 0],
    ['all work, and more waits', { waitingPulls: 0, pendingCount: 9, ackPendingCount: 8 }, 0],
    ['nobody is up', { waitingPulls: 0, pendingCount: 0, ackPendingCount: 0 }, 4],
    ['nobody is up, and some of what will be is taken', { waitingPulls: 0, pendingCount: 3, ackPendingCount: 0 }, 1],
    ['nobody is up, and more than enough waits', { waitingPulls: 0, pendingCount: 9, ackPendingCount: 0 }, 0],
  ])('when %s', (_name, load, expected) => {
    expect(idleSlotsOf(load, 4)).toBe(expected);
  });
});
