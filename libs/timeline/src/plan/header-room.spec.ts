import { describe, expect, it } from '@jest/globals';
import { headerRoomBytes } from './header-room.js';
import { h264Aac } from './recording.fixture.js';

const HOUR_TICKS = 3600 * 90_000;

describe('the room of a header', () => {
  it.each([
    // an hour of 30 pictures a second takes 2.1 MB of them, with a second track of sound 2.9
    ['pictures and sound', h264Aac().streams, 3_910_000],
    ['a second track of sound', [...h264Aac().streams, h264Aac().streams[1]], 4_870_000],
    ['sound alone', h264Aac().streams.slice(1), 1_030_000],
    ['what no mp4 takes', [...h264Aac().streams, { kind: 'other' as const, codec: 'scte35' }], 3_910_000],
  ])('of an hour is a few MB: %s', (_name, streams, expectedBytes) => {
    const roomBytes = headerRoomBytes(HOUR_TICKS, { ...h264Aac(), streams });
    expect(Math.abs(roomBytes - expectedBytes)).toBeLessThan(expectedBytes / 20);
  });
});
