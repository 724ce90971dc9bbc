import { describe, expect, it } from '@jest/globals';
import { h264Sps } from '../testing/es-samples.js';
import { BitReader, unescape } from './bit-reader.js';
import { BitWriter } from './bit-writer.js';
import { parseH264Sps } from './h264-sps.js';
import { parseHevcSps } from './hevc-sps.js';
import { parseMpeg2Sequence } from './mpeg2-headers.js';

const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

describe('BitReader', () => {
  it.each([
    [0, [1]],
    [1, [0, 1, 0]],
    [7, [0, 0, 0, 1, 0, 0, 0]],
  ])('reads %i in Exp-Golomb code', (value, bits) => {
    const writer = new BitWriter();
    for (const bit of bits) writer.bits(bit, 1);
    expect(new BitReader(writer.bytes()).unsigned()).toBe(value);
  });

  it.each([
    [1, 1],
    [2, -1],
    [3, 2],
    [4, -2],
  ])('reads code number %i as %i when signed', (code, value) => {
    expect(new BitReader(new BitWriter().unsigned(code).bytes()).signed()).toBe(value);
  });

  it('ends at the end of bytes that hold no code', () => {
    expect(new BitReader(new Uint8Array(2)).unsigned()).toBeGreaterThan(1000);
  });
});

describe('unescape', () => {
  it('takes out emulation prevention bytes and nothing else', () => {
    expect(unescape(Uint8Array.of(0, 0, 3, 1, 0, 3, 0, 0, 3, 0, 0, 3))).toEqual(
      Uint8Array.of(0, 0, 1, 0, 3, 0, 0, 0, 0),
    );
  });
});

describe('parseH264Sps', () => {
  it('reads cropping, aspect ratio and frame rate of a broadcast 1080i stream', () => {
    const writer = new BitWriter().bits(0x640028, 24).unsigned(0, 1, 0, 0).bits(0, 2).unsigned(5, 0, 4, 4).bits(0, 1);
    // 120 × 34 map units of fields, cropped by 2 units of 4 lines
    writer.unsigned(119, 33).bits(0, 1).bits(1, 1).bits(1, 1).bits(1, 1).unsigned(0, 0, 0, 2);
    // VUI: extended aspect ratio 4:3, no signal info, 25 frames a second
    writer.bits(1, 1).bits(1, 1).bits(255, 8).bits(4, 16).bits(3, 16).bits(0, 3).bits(1, 1).bits(1, 32).bits(50, 32);
    const sps = parseH264Sps(Uint8Array.from([0x67, ...writer.bits(0, 8).bytes()]));
    expect(sps).toMatchObject({
      ...{ profileIdc: 100, levelIdc: 40, frameNumBits: 9, frameMbsOnly: false, frameTicks: 3600 },
      picture: { width: 1920, height: 1080, sarWidth: 4, sarHeight: 3, interlaced: true },
    });
  });

  it('reads the colour description of the video signal type', () => {
    const writer = new BitWriter()
      .bits(0x4d0028, 24)
      .unsigned(0, 0, 0, 0, 4)
      .bits(0, 1)
      .unsigned(19, 11)
      .bits(0b1101, 4);
    // VUI: no aspect ratio, no overscan; full range, BT.2020 primaries, HLG, BT.2020 matrix; no chroma location, no timing
    writer.bits(0, 2).bits(1, 1).bits(5, 3).bits(1, 1).bits(1, 1);
    writer.bits(9, 8).bits(18, 8).bits(9, 8).bits(0, 2);
    const sps = parseH264Sps(Uint8Array.from([0x67, ...writer.bits(0x80, 8).bits(0, 8).bytes()]));
    expect(sps?.picture).toMatchObject({
      ...{ width: 320, height: 192 },
      colour: { primaries: 9, transfer: 18, matrix: 9, fullRange: true },
    });
  });

  it.each([1, 4, 6])('refuses a set of %i bytes', (size) => {
    expect(parseH264Sps(h264Sps().subarray(0, size))).toBeUndefined();
  });
});

describe('parseHevcSps', () => {
  it('refuses a set that ends too early', () => {
    expect(parseHevcSps(hex('42010101600000030090'))).toBeUndefined();
  });
});

describe('parseMpeg2Sequence', () => {
  it.each([
    // 720×576, 16:9, 25 frames a second, interlaced
    ['000001b32d0240330000000000000001b5144200010000', 720, 576, [64, 45], true, 3600],
    // the same, progressive, 4:3
    ['000001b32d0240230000000000000001b5144a00010000', 720, 576, [16, 15], false, 3600],
    // square samples, without extension: MPEG-1
    ['000001b32d0240140000000000000000', 720, 576, [1, 1], false, 3003],
  ])('reads %s', (bytes, width, height, [sarWidth, sarHeight], interlaced, frameTicks) => {
    expect(parseMpeg2Sequence(hex(bytes))).toEqual({
      picture: { width, height, sarWidth, sarHeight, interlaced },
      frameTicks,
    });
  });

  it('reads the colours of a display extension', () => {
    const bytes = '000001b32d0240330000000000000001b5144200010000000001b52b09090600000000';
    const colour = { primaries: 9, transfer: 9, matrix: 6, fullRange: false };
    expect(parseMpeg2Sequence(hex(bytes))?.picture).toMatchObject({ width: 720, colour });
  });

  it('refuses a header without a size', () => {
    expect(parseMpeg2Sequence(hex('000001b30000001300000000'))).toBeUndefined();
  });
});
