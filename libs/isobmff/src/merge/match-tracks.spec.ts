import { describe, expect, it } from '@jest/globals';
import type { RangeSpan } from '../report/range-report.js';
import { matchTracks } from './match-tracks.js';
import type { PlacedRun } from './place-runs.js';

/** Streams as `kind:pid:language`, in PMT order. */
function run(runIndex: number, ...streams: string[]): PlacedRun {
  const spans = streams.map((stream, streamIndex) => {
    const [kind, pid, language] = stream.split(':');
    const span = { kind, pid: Number(pid), streamIndex, runIndex, ...(language && { language }) } as RangeSpan;
    return { span, rangeIndex: 0, spanIndex: streamIndex, offsetTicks: 0, earlierTicks: 0 };
  });
  return { runIndex, spans };
}

const pidsOf = (...runs: PlacedRun[]): number[][] =>
  matchTracks(runs).map(({ spans }) => spans.map(({ span }) => span.pid));

describe('matching tracks', () => {
  it.each([
    ['video comes first', [run(0, 'audio:1', 'video:2')], [[2], [1]]],
    [
      'the same PID goes on',
      [run(0, 'audio:1', 'audio:2'), run(1, 'audio:2', 'audio:1')],
      [
        [1, 1],
        [2, 2],
      ],
    ],
    [
      'other PIDs go on by language',
      [run(0, 'audio:1:eng', 'audio:2:deu'), run(1, 'audio:7:deu', 'audio:8:eng')],
      [
        [1, 8],
        [2, 7],
      ],
    ],
    [
      'other PIDs go on by order',
      [run(0, 'audio:1', 'audio:2'), run(1, 'audio:7', 'audio:8')],
      [
        [1, 7],
        [2, 8],
      ],
    ],
    [
      'a track may pause',
      [run(0, 'video:1', 'audio:2'), run(1, 'video:1'), run(2, 'video:1', 'audio:2')],
      [
        [1, 1, 1],
        [2, 2],
      ],
    ],
    ['a further stream is a new track', [run(0, 'audio:1'), run(1, 'audio:1', 'audio:2')], [[1, 1], [2]]],
    ['kinds are never mixed', [run(0, 'video:1'), run(1, 'audio:1')], [[1], [1]]],
  ])('%s', (_name, runs, expected) => {
    expect(pidsOf(...runs)).toEqual(expected);
  });
});
