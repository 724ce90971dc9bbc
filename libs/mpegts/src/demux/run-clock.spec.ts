import { describe, expect, it } from '@jest/globals';
import { RunClock } from './run-clock.js';

const WRAP = 2 ** 33;
const SECOND = 90_000;
const VIDEO = 1;
const AUDIO = 2;

const clock = (firstRun = 0): { clock: RunClock; jumps: number[] } => {
  const jumps: number[] = [];
  return { clock: new RunClock(firstRun, (pid) => jumps.push(pid)), jumps };
};

describe('RunClock', () => {
  it('goes on beyond 33 bits, for every stream', () => {
    const { clock: runs } = clock();
    expect(runs.place(VIDEO, 2900, WRAP - 100)).toEqual({ ptsTicks: WRAP + 2900, dtsTicks: WRAP - 100, runIndex: 0 });
    expect(runs.place(AUDIO, 500, 500)).toMatchObject({ ptsTicks: WRAP + 500 });
    expect(runs.place(VIDEO, 5900, 2900)).toMatchObject({ ptsTicks: WRAP + 5900, dtsTicks: WRAP + 2900 });
  });

  it('starts a run where it is told, without looking at the times', () => {
    const { clock: runs, jumps } = clock(3);
    runs.place(VIDEO, 9000, 9000);
    runs.startRun();
    expect(runs.place(VIDEO, 12_000, 12_000)).toEqual({ ptsTicks: 12_000, dtsTicks: 12_000, runIndex: 4 });
    expect(jumps).toEqual([]);
  });

  it.each([
    [10 * SECOND, 0],
    [10 * SECOND + 1, 1],
    [-10 * SECOND, 0],
    [-10 * SECOND - 1, 1],
  ])('after a step of %i ticks is in run %i', (step, run) => {
    const { clock: runs, jumps } = clock();
    runs.place(VIDEO, 100 * SECOND, 100 * SECOND);
    expect(runs.place(VIDEO, 100 * SECOND + step, 100 * SECOND + step).runIndex).toBe(run);
    expect(jumps).toHaveLength(run);
  });

  it('moves each stream to the new run when it comes to the jump', () => {
    const { clock: runs, jumps } = clock();
    const place = (pid: number, seconds: number): number =>
      runs.place(pid, seconds * SECOND, seconds * SECOND).runIndex;
    expect([place(VIDEO, 100), place(AUDIO, 100), place(VIDEO, 500)]).toEqual([0, 0, 1]);
    expect([place(AUDIO, 100.5), place(AUDIO, 500), place(VIDEO, 500.1)]).toEqual([0, 1, 1]);
    expect(jumps).toEqual([VIDEO]);
  });

  it('does not take a long pause of one stream for a jump', () => {
    const { clock: runs } = clock();
    for (let second = 0; second <= 30; second++) runs.place(VIDEO, second * SECOND, second * SECOND);
    expect(runs.place(AUDIO, 30 * SECOND, 30 * SECOND).runIndex).toBe(0);
  });
});
