import { describe, expect, it } from '@jest/globals';
import { LookPace } from './look-pace.js';

describe('the pace of looks at what waits', () => {
  it('is at once for the first', () => {
    expect(new LookPace().nextInMs(0)).toBe(0);
  });

  it.each([
    ['nothing waited', undefined, 20],
    ['some was let go', 3, 20],
    ['there was no room for what waited', 0, 100],
  ])('after a look where %s', (_what, released, everyMs) => {
    const pace = new LookPace();
    pace.began(1_000);
    pace.ended(released);
    expect(pace.nextInMs(1_005)).toBe(everyMs - 5);
    expect(pace.nextInMs(1_000 + everyMs)).toBe(0);
    expect(pace.nextInMs(5_000)).toBe(0);
  });

  it('is the usual again as soon as there was room', () => {
    const pace = new LookPace();
    for (const released of [0, 1]) {
      pace.began(1_000);
      pace.ended(released);
    }
    expect(pace.nextInMs(1_000)).toBe(20);
  });
});
