import { describe, expect, it } from '@jest/globals';
import { readClipRequest } from './clip-request.js';

const ID = '5c452bebfe10832bf97846c9';
const given = { m3u8: ID, save_as: '1-25-test.m3u8' };

describe('readClipRequest', () => {
  it.each<[Record<string, unknown>, object]>([
    [{}, {}],
    [{ include: null, exclude: null, index: null }, {}],
    [{ include: [0, 5] }, { include: [{ start: 0, end: 450_000 }] }],
    [{ include: [[0, 5]] }, { include: [{ start: 0, end: 450_000 }] }],
    [{ exclude: [0.0001, 1.5] }, { exclude: [{ start: 9, end: 135_000 }] }],
    [
      {
        include: [
          [7, 8],
          [0, 5],
          [5, 6],
        ],
        index: false,
      },
      {
        include: [
          { start: 0, end: 450_000 },
          { start: 450_000, end: 540_000 },
          { start: 630_000, end: 720_000 },
        ],
      },
    ],
    [
      { include: [0, 5], index: true },
      { include: [{ start: 0, end: 6 }], byIndex: true },
    ],
    [
      { exclude: [3, 3], index: true },
      { exclude: [{ start: 3, end: 4 }], byIndex: true },
    ],
    [
      { include: [0, 1], accuracy: 'exact', output: 'mp4' },
      { include: [{ start: 0, end: 90_000 }], accuracy: 'exact', output: 'mp4' },
    ],
  ])('%j', (fields, read) => {
    expect(readClipRequest({ ...given, ...fields })).toEqual({
      ...{ target: { name: '1-25-test.m3u8', randomFileLink: true }, playlistId: ID },
      ...{ byIndex: false, accuracy: 'segment', output: 'm3u8', ...read },
    });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ include: [] }, 'include must be a pair of numbers, or a list'],
    [{ include: 5 }, 'include must be a pair'],
    [{ include: [5] }, 'include must be a pair of numbers'],
    [{ include: [0, 1, 2] }, 'include must be a pair of numbers'],
    [{ include: [[0, 1], 2] }, 'include.1 must be a pair of numbers'],
    [{ include: ['0', '1'] }, 'include must have two times in seconds'],
    [{ include: [-1, 1] }, 'include must have two times in seconds'],
    [{ include: [5, 3] }, 'include is reversed: 3 is before 5'],
    [{ include: [5, 5] }, 'include is empty'],
    [
      {
        exclude: [
          [0, 5],
          [9, 12],
          [4, 6],
        ],
      },
      'exclude.2 overlaps exclude.0',
    ],
    [
      {
        include: [
          [0, 2],
          [2, 3],
        ],
        index: true,
      },
      'include.1 overlaps include.0',
    ],
    [{ include: [0.5, 2], index: true }, 'include must have two numbers of segments'],
    [{ index: 1 }, 'index must be true or false'],
    [{ accuracy: 'frame' }, 'accuracy must be segment or exact'],
    [{ accuracy: 'exact', output: 'mp4', index: true }, 'accuracy exact contradicts index'],
    [{ m3u8: 5 }, 'm3u8 must be the id of a file'],
    [{ output: 'avi' }, 'output must be one of'],
  ])('refuses %j', (fields, message) => {
    expect(() => readClipRequest({ ...given, ...fields })).toThrow(message);
  });
});
