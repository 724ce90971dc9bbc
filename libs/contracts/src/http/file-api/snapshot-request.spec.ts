import { describe, expect, it } from '@jest/globals';
import { readSnapshotRequest } from './snapshot-request.js';

const asked = { source: '5c4a6db320fa9c2e054c6c36', save_as: '1-25-test.png', point: '00:00:50' };

describe('readSnapshotRequest', () => {
  it.each([
    [{}, { pointMs: 50_000, imageFormat: 'png' }],
    [{ point: '1:2:3' }, { pointMs: 3_723_000, imageFormat: 'png' }],
    [{ point: '100:59:59.5' }, { pointMs: 363_599_500, imageFormat: 'png' }],
    [{ point: '00:00:00.007' }, { pointMs: 7, imageFormat: 'png' }],
    [{ format: 'webp' }, { pointMs: 50_000, imageFormat: 'webp' }],
    [
      { format: '', save_as: 'a.JPEG' },
      { pointMs: 50_000, imageFormat: 'jpg' },
    ],
    [{ size: '640x360' }, { pointMs: 50_000, imageFormat: 'png', imageSize: { width: 640, height: 360 } }],
    [{ size: '8192 x 1' }, { pointMs: 50_000, imageFormat: 'png', imageSize: { width: 8192, height: 1 } }],
  ])('reads %j', (change, expected) => {
    const { target, sourceId, ...read } = readSnapshotRequest({ ...asked, ...change });
    expect([target.randomFileLink, sourceId]).toEqual([true, asked.source]);
    expect(read).toEqual(expected);
  });

  it.each([
    [{ point: undefined }, 'point must be a time'],
    [{ point: '50' }, 'point must be a time'],
    [{ point: '00:60:00' }, 'point must be a time'],
    [{ point: '-0:00:01' }, 'point must be a time'],
    [{ point: 50 }, 'point must be a time'],
    [{ save_as: 'a.gif' }, 'format is missing, and save_as does not end'],
    [{ save_as: 'a' }, 'format is missing'],
    [{ format: 'gif' }, 'format must be jpg, png or webp'],
    [{ size: '640' }, 'size must be WIDTHxHEIGHT'],
    [{ size: '0x9' }, 'size must be'],
    [{ size: '8193x9' }, 'size must be'],
    [{ source: 5 }, 'source must be the id'],
    [{ save_as: undefined }, 'save_as must be a text'],
  ])('refuses %j', (change, message) => {
    expect(() => readSnapshotRequest({ ...asked, ...change })).toThrow(message);
  });
});
