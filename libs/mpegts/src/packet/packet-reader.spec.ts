import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concatBytes } from '../bytes.js';
import { cutAt } from '../testing/collect.js';
import { TsBuilder } from '../testing/ts-builder.js';
import { PacketReader } from './packet-reader.js';

const packets = (count: number, fill = 0x11): Uint8Array => {
  const builder = new TsBuilder();
  for (let index = 0; index < count; index++) builder.packet(0x100 + index, false, new Uint8Array(184).fill(fill));
  return builder.build();
};

/** Positions of packets, and where sync was lost. */
const read = (chunks: Uint8Array[], marks: number[] = []): { positions: number[]; lost: number[]; pids: number[] } => {
  const result = { positions: [] as number[], lost: [] as number[], pids: [] as number[] };
  const reader = new PacketReader({
    packet: (bytes, offset, position) => {
      result.positions.push(position);
      result.pids.push(((bytes[offset + 1] & 0x1f) << 8) | bytes[offset + 2]);
    },
    syncLost: (position) => result.lost.push(position),
  });
  chunks.forEach((chunk, index) => {
    if (marks.includes(index)) reader.mark();
    reader.push(chunk);
  });
  reader.flush();
  return result;
};

describe('PacketReader', () => {
  it.each([1, 2, 3, 4, 5, 9])('hands on each of %i packets', (count) => {
    const expected = Array.from({ length: count }, (_, index) => index * 188);
    expect(read([packets(count)]).positions).toEqual(expected);
  });

  it('skips what lies before the first packet without calling it a loss', () => {
    const { positions, lost } = read([Uint8Array.of(0x47, 1, 2, 0x47, 5), packets(5)]);
    expect(positions).toEqual([5, 193, 381, 569, 757]);
    expect(lost).toEqual([]);
  });

  it('finds the packets behind bytes that do not belong', () => {
    const { positions, lost } = read([packets(4), Uint8Array.of(1, 2, 3), packets(5)]);
    expect(positions).toHaveLength(9);
    expect(positions[4]).toBe(4 * 188 + 3);
    expect(lost).toEqual([4 * 188]);
  });

  it('does not take the beginning of the next segment for the rest of a truncated packet', () => {
    const { pids } = read([packets(4).subarray(0, 3 * 188 + 50), packets(5, 0x22)], [1]);
    expect(pids).toEqual([0x100, 0x101, 0x102, 0x100, 0x101, 0x102, 0x103, 0x104]);
  });

  it('goes on with a packet that a segment border cuts', () => {
    const all = packets(9);
    const { positions, lost } = read([all.subarray(0, 700), all.subarray(700)], [1]);
    expect(positions).toHaveLength(9);
    expect(lost).toEqual([]);
  });

  it('finds the same packets however the bytes are chunked', () => {
    const bytes = concatBytes([filth(7), packets(6), filth(100), packets(4, 0x47), filth(1), packets(3)]);
    const whole = read([bytes]);
    expect(whole.positions).toHaveLength(13);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
        expect(read(cutAt(bytes, places))).toEqual(whole);
      }),
    );
  });
});

const filth = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, index) => (index * 37) & 0x3f);
