import { describe, expect, it } from '@jest/globals';
import { submissionOf } from '../gateway.fixture.js';
import { madeSidecarKeysOf, playlistKeyBeside, sidecarKeysOf, trackKeyBeside } from './sidecar-keys.js';

describe('playlistKeyBeside', () => {
  it.each([
    ['a/b.json', 'a/b.m3u8'],
    ['a.b/c', 'a.b/c.m3u8'],
    ['a/b.c.json', 'a/b.c.m3u8'],
    ['b', 'b.m3u8'],
  ])('%s has %s', (key, expected) => {
    expect(playlistKeyBeside(key)).toBe(expected);
  });
});

describe('trackKeyBeside', () => {
  it.each([
    ['a/b.jpg', 'a/b.vtt'],
    ['a/b.c.jpeg', 'a/b.c.vtt'],
  ])('%s has %s', (key, expected) => {
    expect(trackKeyBeside(key)).toBe(expected);
  });
});

describe('the segments of an exact playlist', () => {
  const { output } = submissionOf('t', 'b', { container: 'playlist', cutMode: 'exact', exact: { by: 'reencode' } });

  it('lie beside it where there are any', () => {
    const key = output.destination.key.replace('.m3u8', '.edges.ts');
    expect(sidecarKeysOf(output)).toEqual([key]);
    expect(madeSidecarKeysOf(output, 1)).toEqual([key]);
    expect(madeSidecarKeysOf(output, 0)).toEqual([]);
  });

  it('are none of a playlist of whole segments', () => {
    expect(sidecarKeysOf({ ...output, cutMode: 'segment', exact: undefined })).toEqual([]);
  });
});
