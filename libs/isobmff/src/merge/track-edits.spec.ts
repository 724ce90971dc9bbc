import { describe, expect, it } from '@jest/globals';
import { trackEdits } from './track-edits.js';

const video = { timescale: 90_000, firstDts: 0, firstPts: 6000, endPts: 96_000 };
const audio = { timescale: 48_000, firstDts: 0, firstPts: 0, endPts: 48_000 };

describe('track edits', () => {
  it.each([
    ['a track from the start', audio, {}, [{ duration: 90_000, mediaTime: 0 }]],
    [
      'a track that decodes before the start',
      { ...video, firstDts: -6000, firstPts: 0 },
      {},
      [{ duration: 96_000, mediaTime: 6000 }],
    ],
    [
      'a track that starts later, to the tick',
      video,
      {},
      [
        { duration: 6000, mediaTime: -1 },
        { duration: 90_000, mediaTime: 6000 },
      ],
    ],
    [
      'a track that starts later, to the millisecond',
      video,
      { wholeMs: true },
      [
        { duration: 5940, mediaTime: -1 },
        { duration: 90_000, mediaTime: 6000 },
      ],
    ],
    [
      'hidden pre-roll',
      { ...video, firstDts: -30_000, firstPts: -24_000 },
      { endTicks: 60_000 },
      [{ duration: 60_000, mediaTime: 30_000 }],
    ],
    [
      'audio priming',
      { ...audio, firstDts: -2500, firstPts: -2500 },
      { endTicks: 45_000 },
      [{ duration: 45_000, mediaTime: 2500 }],
    ],
    ['an end behind the last sample', audio, { endTicks: 999_999 }, [{ duration: 90_000, mediaTime: 0 }]],
    [
      'a track that starts behind the end',
      { ...audio, firstDts: 4800, firstPts: 4800 },
      { endTicks: 900 },
      [
        { duration: 9000, mediaTime: -1 },
        { duration: 0, mediaTime: 0 },
      ],
    ],
  ])('%s', (_name, extent, options, expected) => {
    expect(trackEdits(extent, { endTicks: undefined, wholeMs: false, ...options })).toEqual(expected);
  });
});
