import { describe, expect, it } from '@jest/globals';
import { adts } from './adts.js';
import { dolby } from './dolby.js';
import { mpegAudio } from './mpeg-audio.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from([...values, ...new Uint8Array(8)]);

describe('mpegAudio', () => {
  it.each([
    ['layer II, 192 kbit/s, 48 kHz', [0xff, 0xfd, 0xa4, 0x00], 576, 1152, 48_000, 'mp2', 2],
    ['layer III, 128 kbit/s, 44.1 kHz, padded', [0xff, 0xfb, 0x92, 0xc0], 418, 1152, 44_100, 'mp3', 1],
    ['layer III of MPEG-2, 64 kbit/s, 22.05 kHz', [0xff, 0xf3, 0x80, 0x00], 208, 576, 22_050, 'mp3', 2],
    ['layer I, 384 kbit/s, 32 kHz', [0xff, 0xff, 0xc8, 0x00], 576, 384, 32_000, 'mp2', 2],
    ['layer III of MPEG-2.5, 8 kbit/s, 8 kHz', [0xff, 0xe3, 0x18, 0xc0], 72, 576, 8000, 'mp3', 1],
  ])('reads %s', (_, header, frameBytes, sampleCount, sampleRateHz, codec, channelCount) => {
    expect(mpegAudio.parse(bytes(...header), 0)).toMatchObject({ frameBytes, sampleCount, sampleRateHz });
    expect(mpegAudio.config(bytes(...header), 0)).toMatchObject({ codec, channelCount, sampleRateHz });
  });

  it.each([
    ['a reserved version', [0xff, 0xed, 0xa4, 0]],
    ['a reserved layer', [0xff, 0xf9, 0xa4, 0]],
    ['free format', [0xff, 0xfd, 0x04, 0]],
    ['a forbidden bit rate', [0xff, 0xfd, 0xf4, 0]],
    ['a reserved sampling rate', [0xff, 0xfd, 0xac, 0]],
    ['no sync word', [0xff, 0x0d, 0xa4, 0]],
  ])('refuses %s', (_, header) => {
    expect(mpegAudio.parse(bytes(...header), 0)).toBeUndefined();
  });
});

describe('dolby', () => {
  it.each([
    // fscod and frmsizecod, acmod byte
    ['192 kbit/s, 48 kHz, stereo', [0x14, 0x40, 0x40], 768, 48_000, 2],
    ['448 kbit/s, 48 kHz, 5.1', [0x1e, 0x40, 0xe1], 1792, 48_000, 6],
    ['192 kbit/s, 44.1 kHz, odd frame', [0x55, 0x40, 0x40], 836, 44_100, 2],
    ['64 kbit/s, 32 kHz, mono', [0x88, 0x40, 0x20], 384, 32_000, 1],
  ])('reads AC-3 at %s', (_, [size, bsid, mode], frameBytes, sampleRateHz, channelCount) => {
    const header = bytes(0x0b, 0x77, 0, 0, size, bsid, mode, 0);
    expect(dolby.parse(header, 0)).toMatchObject({ frameBytes, sampleRateHz, sampleCount: 1536 });
    expect(dolby.config(header, 0)).toMatchObject({ codec: 'ac3', channelCount, samplesPerFrame: 1536 });
  });

  it.each([
    ['a reserved sampling rate', [0x0b, 0x77, 0, 0, 0xc0, 0x40]],
    ['a size beyond the table', [0x0b, 0x77, 0, 0, 0x26, 0x40]],
    ['a later bit stream', [0x0b, 0x77, 0, 0, 0x14, 0x88]],
    ['a reserved stream type', [0x0b, 0x77, 0xc0, 9, 0x34, 0x80]],
  ])('refuses %s', (_, header) => {
    expect(dolby.parse(bytes(...header), 0)).toBeUndefined();
  });

  it.each([
    [0x04, 256],
    [0x14, 512],
    [0x24, 768],
    [0x34, 1536],
  ])('counts the blocks of E-AC-3 code 0x%x', (code, sampleCount) => {
    expect(dolby.parse(bytes(0x0b, 0x77, 0, 99, code, 0x80), 0)).toMatchObject({ sampleCount, frameBytes: 200 });
  });
});

describe('adts', () => {
  it('counts the raw data blocks of a frame and strips a header with CRC', () => {
    const header = bytes(0xff, 0xf0, 0x4c, 0x80, 0x20, 0x1f, 0xfd);
    expect(adts.parse(header, 0)).toMatchObject({ frameBytes: 256, strippedBytes: 9, sampleCount: 2048 });
  });

  it.each([
    ['a layer', [0xff, 0xf3, 0x4c, 0x80, 0x20, 0x1f, 0xfc]],
    ['a reserved rate', [0xff, 0xf1, 0x78, 0x80, 0x20, 0x1f, 0xfc]],
    ['a frame without data', [0xff, 0xf1, 0x4c, 0x80, 0x00, 0xff, 0xfc]],
  ])('refuses %s', (_, header) => {
    expect(adts.parse(bytes(...header), 0)).toBeUndefined();
  });
});
