import { describe, expect, it } from '@jest/globals';
import { codes, planOf } from './planned.fixture.js';
import { repeat, type SegmentSketch } from './recording.fixture.js';
import type { Piece } from './piece.js';
import { truncationWarnings } from './truncated.js';

const WHOLE = 188 * 1000;
const pieceOf = (segmentIndex: number, sizeBytes: number, more: Partial<Piece> = {}): Piece => ({
  ...{ segmentIndex, key: `rec/${segmentIndex}.ts`, sizeBytes, durationTicks: 540_000, runIndex: 0 },
  ...more,
});
const piecesOf = (...sizes: number[]): Piece[] => sizes.map((sizeBytes, index) => pieceOf(index, sizeBytes));

describe('segments that were cut off', () => {
  it('are named', () => {
    expect(truncationWarnings(piecesOf(WHOLE, WHOLE - 1, WHOLE, WHOLE + 187))).toEqual([
      {
        code: 'segment-truncated',
        message: 'Segments end inside a packet, so they were cut off: rec/1.ts, rec/3.ts.',
      },
    ]);
  });

  it('are counted behind the first five', () => {
    const [warning] = truncationWarnings(piecesOf(...Array.from({ length: 16 }, (_, i) => WHOLE + (i % 2))));
    expect(warning.message).toContain('rec/9.ts and 3 more.');
  });

  it.each([
    ['where all end with packets', piecesOf(WHOLE, WHOLE)],
    ['where most end otherwise: that is the recorder’s way', piecesOf(WHOLE, WHOLE + 5, WHOLE + 7)],
    [
      'where they are encrypted: padding hides it',
      [pieceOf(0, WHOLE), pieceOf(1, WHOLE + 4, { cipher: { keyObjectKey: 'k', ivHex: '0'.repeat(32) } })],
    ],
  ])('are not guessed %s', (_name, pieces) => {
    expect(truncationWarnings(pieces)).toEqual([]);
  });

  it.each(['ts', 'mp4', 'playlist-json', 'storyboard'] as const)(
    'are told with a %s, also where no byte is read',
    (container) => {
      const sketches: SegmentSketch[] = repeat(4, { sizeBytes: WHOLE });
      sketches[2] = { sizeBytes: WHOLE - 100 };
      expect(codes(planOf(sketches, { output: { container } }))).toContain('segment-truncated');
    },
  );
});
