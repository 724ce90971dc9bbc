import { describe, expect, it } from '@jest/globals';
import { type Frame, frameDifference } from './frames.js';

const frames = (count: number): Frame[] =>
  Array.from({ length: count }, (_, index) => ({ ticks: index * 3_000, md5: `md5 ${index}` }));

describe('pictures', () => {
  it('are the same', () => {
    expect(frameDifference(frames(5), frames(5), true)).toBeUndefined();
  });

  it('differ by one more, one less, another one and another time', () => {
    expect(frameDifference(frames(6), frames(5), true)).toBe('6 pictures instead of 5');
    expect(frameDifference(frames(4), frames(5), true)).toBe('4 pictures instead of 5');
    expect(frameDifference([], frames(5), true)).toBe('0 pictures instead of 5');
    const other = frames(5).with(3, { ticks: 9_000, md5: 'another' });
    expect(frameDifference(other, frames(5), true)).toBe('picture 3 is another one');
    const late = frames(5).with(3, { ticks: 9_001, md5: 'md5 3' });
    expect(frameDifference(late, frames(5), true)).toBe('picture 3 at 9001 instead of 9000');
    expect(frameDifference(late, frames(5), false)).toBeUndefined();
  });
});
