import { describe, expect, it } from '@jest/globals';
import { type Recommendation, stabilised } from './stabilisation.js';

const earlier = (...pairs: [atS: number, replicas: number][]): Recommendation[] =>
  pairs.map(([atS, replicas]) => ({ atS, replicas }));

describe('stabilised', () => {
  it.each([
    ['growth is taken at once without a window for it', 20, earlier([90, 5]), 5, { upS: 0, downS: 300 }, 20],
    ['growth waits for the least of its window', 20, earlier([70, 5], [90, 8]), 5, { upS: 60, downS: 300 }, 5],
    ['growth of all of its window is the least of it', 20, earlier([90, 8]), 5, { upS: 60, downS: 300 }, 8],
    ['the most within 300 s stays', 2, earlier([50, 20], [90, 4]), 20, { upS: 0, downS: 300 }, 20],
    ['what is older than the window is forgotten', 2, earlier([-201, 20], [90, 4]), 20, { upS: 0, downS: 300 }, 4],
    ['exactly as old is forgotten, too', 2, earlier([-200, 20], [90, 4]), 20, { upS: 0, downS: 300 }, 4],
    ['no more than there are is made of an earlier wish', 2, earlier([90, 40]), 20, { upS: 0, downS: 300 }, 20],
    ['without a window it shrinks at once', 2, earlier([90, 20]), 20, { upS: 0, downS: 0 }, 2],
  ])('%s', (_, replicas, before, current, windows, expected) => {
    expect(stabilised({ atS: 100, replicas }, before, current, windows)).toBe(expected);
  });
});
