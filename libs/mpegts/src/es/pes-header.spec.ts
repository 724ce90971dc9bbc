import { describe, expect, it } from '@jest/globals';
import { pesPacket } from '../testing/ts-builder.js';
import { parsePesHeader } from './pes-header.js';
import { unwrapTicks } from './timestamp.js';

const WRAP = 2 ** 33;

describe('parsePesHeader', () => {
  const data = new Uint8Array(10);

  it.each([
    [{}, { headerBytes: 9, payloadBytes: 10, pts: undefined, dts: undefined }],
    [{ pts: 90_000 }, { headerBytes: 14, payloadBytes: 10, pts: 90_000, dts: 90_000 }],
    [
      { pts: WRAP - 1, dts: WRAP - 3004 },
      { headerBytes: 19, payloadBytes: 10, pts: WRAP - 1, dts: WRAP - 3004 },
    ],
    [
      { pts: 5, unbounded: true },
      { headerBytes: 14, payloadBytes: undefined, pts: 5, dts: 5 },
    ],
  ])('reads the header of %j', (options, expected) => {
    const bytes = pesPacket(data, options);
    expect(parsePesHeader(bytes, 0, bytes.length)).toEqual(expected);
  });

  it.each([0, 8, 9, 13])('asks for more when %i bytes of 14 are there', (size) => {
    expect(parsePesHeader(pesPacket(data, { pts: 1 }), 0, size)).toBe('short');
  });

  it('refuses what does not begin with the prefix', () => {
    expect(parsePesHeader(new Uint8Array(20).fill(7), 0, 20)).toBe('invalid');
  });

  it.each([0xbe, 0xbf, 0xf0])('refuses stream id 0x%x, which carries no time', (id) => {
    const bytes = pesPacket(data, { pts: 1 });
    bytes[3] = id;
    expect(parsePesHeader(bytes, 0, bytes.length)).toBe('invalid');
  });
});

describe('unwrapTicks', () => {
  it.each([
    [100, 50, 100],
    [100, WRAP - 50, WRAP + 100],
    [WRAP - 100, 50, -100],
    [100, 3 * WRAP + 5, 3 * WRAP + 100],
  ])('puts %i beside %i at %i', (ticks, reference, expected) => {
    expect(unwrapTicks(ticks, reference)).toBe(expected);
  });
});
