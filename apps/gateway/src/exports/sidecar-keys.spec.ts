import { describe, expect, it } from '@jest/globals';
import { playlistKeyBeside, trackKeyBeside } from './sidecar-keys.js';

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
