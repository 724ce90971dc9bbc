import { describe, expect, it } from '@jest/globals';
import { ReadyWindow } from './ready-window.js';

type Load = [waiting: number, pending: number, working: number];
const loadOf = ([waitingPulls, pendingCount, ackPendingCount]: Load) => ({
  waitingPulls,
  pendingCount,
  ackPendingCount,
  takenCount: 0,
});

describe('the room in a work queue', () => {
  const cases: [text: string, load: Load, room: number][] = [
    ['is what an autoscaler will start while the fleet sleeps', [0, 0, 0], 4],
    ['is less what is sent to a fleet that sleeps', [0, 3, 0], 1],
    ['is a message for each slot that waits, and half as many to go on with', [6, 0, 0], 9],
    ['is one for every second slot while all of them work', [0, 0, 6], 3],
    ['is fewer than the slots, whatever their number', [0, 0, 7], 3],
    ['is none while a single slot works: nobody has to wait for two tasks', [0, 0, 1], 0],
    ['is one for a single slot that is free', [1, 0, 0], 1],
    ['is for what is free and for what works', [2, 1, 6], 5],
    ['is none where there is enough to go on with', [0, 3, 6], 0],
    ['is never less than none', [1, 60, 0], 0],
  ];
  it.each(cases)('%s', (_text, load, room) => {
    expect(new ReadyWindow(4, true).room(loadOf(load), 0)).toBe(room);
  });

  it('is one in a fleet that sleeps and promises nothing: something has to wake it', () => {
    expect(new ReadyWindow(0, true).room(loadOf([0, 0, 0]), 0)).toBe(1);
  });

  const paces: [text: string, followsPace: boolean, taken: number, room: number][] = [
    ['is one for every second slot where tasks are short', true, 400, 16],
    ['is what is taken until the queue has more', true, 40, 3],
    ['is none where tasks take minutes: whoever comes next is next', true, 1, 0],
    ['is one for every second slot where nothing else tells an autoscaler of the work', false, 1, 16],
  ];
  it.each(paces)('beside 32 slots that work %s', (_text, followsPace, takenCount, room) => {
    const window = new ReadyWindow(4, followsPace);
    const load = loadOf([0, 0, 32]);
    expect(window.room(load, 0)).toBe(16);
    expect(window.room({ ...load, takenCount }, 2_000)).toBe(room);
  });

  it('knows a slot between two messages, which neither pulls nor works', () => {
    const window = new ReadyWindow(4, true);
    window.room(loadOf([0, 0, 1]), 0);
    expect(window.room(loadOf([0, 0, 0]), 20)).toBe(1);
    expect(window.room(loadOf([0, 1, 0]), 40)).toBe(0);
  });

  it('forgets slots that have not been seen for a second', () => {
    const window = new ReadyWindow(4, true);
    window.room(loadOf([2, 0, 6]), 0);
    expect(window.room(loadOf([0, 0, 4]), 900)).toBe(8);
    expect(window.room(loadOf([0, 0, 4]), 1_000)).toBe(2);
    expect(window.room(loadOf([0, 0, 6]), 1_100)).toBe(3);
    window.room(loadOf([0, 0, 0]), 2_100);
    expect(window.room(loadOf([0, 0, 0]), 2_100)).toBe(4);
  });
});
