import { describe, expect, it } from '@jest/globals';
import { cutAudioDifference } from './cut-audio.js';
import type { Packet } from './packets.js';

const frame = (index: number): Packet => {
  const ticks = index * 1920;
  return { pts: ticks, dts: ticks, duration: 1920, sizeBytes: 100 + index, flags: 'K_', sha256: `${index}` };
};
const frames = (from: number, to: number): Packet[] => Array.from({ length: to - from }, (_, i) => frame(from + i));
const tracks = (packets: Packet[]): Map<string, Packet[]> =>
  new Map([
    ['video 0', []],
    ['audio 0', packets],
  ]);
const difference = (made: Packet[], window: { fromTicks?: number; toTicks?: number } = {}, lateFrames = 0) =>
  cutAudioDifference(tracks(made), tracks(frames(0, 50)), { ...window, lateFrames });

describe('the audio of a cut', () => {
  const window = { fromTicks: 9_700, toTicks: 19_000 };

  it.each([
    ['all frames from in to out', 6, 10, 0, undefined],
    ['one too few at the start', 7, 10, 0, '3 frames'],
    ['one too few at the start, where that may be', 7, 10, 1, undefined],
    ['one too many at the start', 5, 10, 0, '5 frames'],
    ['one too few at the end', 6, 9, 0, '3 frames'],
    ['one too many at the end', 6, 11, 0, '5 frames'],
  ])('is of %s', (_, from, to, lateFrames, problem) => {
    const found = difference(frames(from, to), window, lateFrames);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });

  it('may be a tick off at either end', () => {
    expect(difference(frames(5, 10), { fromTicks: 9_601, toTicks: 19_199 })).toBeUndefined();
    expect(difference(frames(5, 11), { fromTicks: 9_600, toTicks: 19_201 })).toBeUndefined();
  });

  it.each([
    ['half a frame at the start', [{ ...frame(5), sizeBytes: 50, sha256: 'half' }, ...frames(6, 10)]],
    ['a frame left out', [...frames(6, 8), ...frames(9, 11)]],
    ['nothing', []],
  ])('is not of %s', (_, made) => {
    expect(difference(made)).toContain('not those of the recording');
  });
});
