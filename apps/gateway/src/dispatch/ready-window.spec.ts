import { describe, expect, it } from '@jest/globals';
import { roomInQueue } from './ready-window.js';

describe('the room in a work queue', () => {
  const cases: [text: string, load: [waiting: number, pending: number, working: number], room: number][] = [
    ['is what an autoscaler will start while the fleet sleeps', [0, 0, 0], 4],
    ['is less what is sent to a fleet that sleeps', [0, 3, 0], 1],
    ['is a message for each slot that waits', [6, 0, 0], 6],
    ['is a message for each slot that works, to go on with', [0, 0, 6], 6],
    ['is a message for each slot, whatever it does', [2, 1, 6], 7],
    ['is none where each slot has one to go on with', [0, 6, 6], 0],
    ['is never less than none', [1, 60, 0], 0],
  ];
  it.each(cases)('%s', (_text, [waitingPulls, pendingCount, ackPendingCount], room) => {
    expect(roomInQueue({ waitingPulls, pendingCount, ackPendingCount }, 4)).toBe(room);
  });

  it('is one in a fleet that sleeps and promises nothing: something has to wake it', () => {
    expect(roomInQueue({ waitingPulls: 0, pendingCount: 0, ackPendingCount: 0 }, 0)).toBe(1);
  });
});
