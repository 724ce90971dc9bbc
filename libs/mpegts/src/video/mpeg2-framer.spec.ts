import { describe, expect, it } from '@jest/globals';
import { concatBytes } from '../bytes.js';
import { demuxAll } from '../testing/collect.js';
import { TsBuilder } from '../testing/ts-builder.js';

const VIDEO = { pid: 0x100, type: 0x02 };
const TYPE = { I: 1, P: 2, B: 3 } as const;

const code = (value: number, ...bytes: number[]): Uint8Array => Uint8Array.of(0, 0, 1, value, ...bytes);
const SEQUENCE = concatBytes([
  code(0xb3, 0x2d, 0x02, 0x40, 0x33, 0xff, 0xff, 0xe0, 0x18),
  code(0xb5, 0x14, 0x42, 0x00, 0x10, 0x01, 0x01),
]);
const GROUP = code(0xb8, 0x10, 0x10, 0x10, 0x40);

const picture = (type: keyof typeof TYPE, reference: number, structure = 3): Uint8Array =>
  concatBytes([
    code(0x00, reference >> 2, ((reference & 3) << 6) | (TYPE[type] << 3) | 7, 0xff, 0xf8),
    code(0xb5, 0x8f, 0xff, 0xf0 | structure, 0x41, 0x80),
    code(0x01, ...new Uint8Array(30).fill(0x5a)),
    code(0x02, ...new Uint8Array(30).fill(0x5a)),
  ]);

const demux = (...pes: [Uint8Array, number?, number?][]): ReturnType<typeof demuxAll> => {
  const builder = new TsBuilder().program(VIDEO);
  for (const [data, pts, dts] of pes) {
    builder.pes(VIDEO.pid, data, { ...(pts !== undefined && { pts }), ...(dts !== undefined && { dts }) });
  }
  return demuxAll(builder.build());
};

describe('an MPEG-2 video stream', () => {
  it('comes out as access units with the headers before each picture', () => {
    const units = [concatBytes([SEQUENCE, GROUP, picture('I', 0)]), picture('P', 3), picture('B', 1)];
    const { samples, configs } = demux([units[0], 7200, 3600], [units[1], 18_000, 7200], [units[2], 10_800, 10_800]);
    expect(samples.map(({ data }) => data)).toEqual(units);
    expect(samples.map(({ keyframe }) => keyframe)).toEqual([true, false, false]);
    expect(configs).toMatchObject([
      { codec: 'mpeg2video', sequenceHeader: SEQUENCE, picture: { width: 720, height: 576, interlaced: true } },
    ]);
  });

  it('splits a PES with a whole GOP, with running times at the told frame rate', () => {
    const gop = concatBytes([SEQUENCE, GROUP, picture('I', 1), picture('B', 0), picture('P', 3), picture('B', 2)]);
    const { samples } = demux([gop, 3600, 0], [gop, 18_000, 14_400]);
    expect(samples.map(({ ptsTicks, dtsTicks }) => [ptsTicks, dtsTicks])).toEqual([
      [3600, 0],
      [3600, 3600],
      [10_800, 7200],
      [10_800, 10_800],
      [18_000, 14_400],
      [18_000, 18_000],
      [25_200, 21_600],
      [25_200, 25_200],
    ]);
  });

  it('keeps both fields of a frame in one sample', () => {
    const first = concatBytes([SEQUENCE, GROUP, picture('I', 0, 1)]);
    const { samples } = demux(
      [first, 0],
      [picture('P', 0, 2), 1800],
      [concatBytes([picture('P', 1, 1), picture('P', 1, 2)]), 3600],
    );
    expect(samples.map(({ data }) => data)).toEqual([
      concatBytes([first, picture('P', 0, 2)]),
      concatBytes([picture('P', 1, 1), picture('P', 1, 2)]),
    ]);
  });

  it('knows no keyframe without a sequence header', () => {
    const { samples } = demux([picture('I', 0), 0]);
    expect(samples.map(({ keyframe }) => keyframe)).toEqual([false]);
  });
});
