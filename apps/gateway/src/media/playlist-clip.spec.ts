import { describe, expect, it } from '@jest/globals';
import { readClipRequest } from '@clipfleet/contracts';
import { parseHls, type Timeline } from '@clipfleet/timeline';
import { playlistOf } from '../http/file-api/playlist.fixture.js';
import { rangesOf } from './playlist-clip.js';

const parsed = parseHls(playlistOf([4, 4, 4, 2.5]), 'rec/a.m3u8');
const timeline = (parsed as { timeline: Timeline }).timeline;
const rangesFor = (fields: Record<string, unknown>) =>
  rangesOf(readClipRequest({ m3u8: '5c452bebfe10832bf97846c9', save_as: 'a', ...fields }), timeline);
const segments = (firstIndex: number, endIndex: number) => ({ kind: 'segments', firstIndex, endIndex });
const exactly = (startMs: number, durationMs: number) => ({ kind: 'from-start', startMs, durationMs });

describe('the ranges of a clip', () => {
  it.each<[Record<string, unknown>, object[]]>([
    [{}, [segments(0, 4)]],
    [{ include: [0, 5] }, [segments(0, 2)]],
    [{ include: [0, 4] }, [segments(0, 1)]],
    [
      {
        include: [
          [1, 2],
          [3, 3.5],
        ],
      },
      [segments(0, 1)],
    ],
    [
      {
        include: [
          [0, 2],
          [9, 14.5],
        ],
      },
      [segments(0, 1), segments(2, 4)],
    ],
    [{ include: [12, 14.5001] }, [segments(3, 4)]],
    [{ exclude: [4, 8] }, [segments(0, 1), segments(2, 4)]],
    [{ exclude: [5, 6] }, [segments(0, 1), segments(2, 4)]],
    [{ exclude: [3, 9] }, [segments(3, 4)]],
    [{ include: [0, 12], exclude: [5, 6] }, [segments(0, 1), segments(2, 3)]],
    [{ include: [0, 1], index: true }, [segments(0, 2)]],
    [{ include: [3, 3], index: true }, [segments(3, 4)]],
    [{ exclude: [1, 2], index: true }, [segments(0, 1), segments(3, 4)]],
    [
      {
        include: [0, 2],
        exclude: [
          [0, 0],
          [2, 2],
        ],
        index: true,
      },
      [segments(1, 2)],
    ],
    [{ include: [1.5, 3], accuracy: 'exact', output: 'mp4' }, [exactly(1500, 1500)]],
    [{ exclude: [1.5, 3], accuracy: 'exact', output: 'mov' }, [exactly(0, 1500), exactly(3000, 11_500)]],
  ])('%j', (fields, expected) => {
    expect(rangesFor(fields)).toEqual(expected);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ include: [0, 15] }, 'include is out of range: the recording has 14.5 seconds'],
    [{ exclude: [20, 25] }, 'exclude is out of range: the recording has 14.5 seconds'],
    [{ include: [0, 4], index: true }, 'include is out of range: the recording has 4 segments, 0 to 3'],
    [{ exclude: [0, 14.5] }, 'exclude leaves nothing'],
    [{ include: [1, 1], exclude: [0, 3], index: true }, 'exclude leaves nothing'],
  ])('refuses %j', (fields, message) => {
    expect(() => rangesFor(fields)).toThrow(message);
  });
});
