import { describe, expect, it } from '@jest/globals';
import { concatBytes } from '../bytes.js';
import { demuxAll } from '../testing/collect.js';
import { AUD, RECOVERY_POINT, annexB, h264Pps, h264Slice, h264Sps, lengthPrefixed } from '../testing/es-samples.js';
import type { PesOptions } from '../testing/ts-builder.js';
import { TsBuilder } from '../testing/ts-builder.js';

const VIDEO = { pid: 0x100, type: 0x1b };
const SPS = h264Sps();
const PPS = h264Pps();
const IDR = h264Slice({ type: 5 });

/** Demuxes PES of one H.264 stream. */
const demux = (...pes: [Uint8Array, PesOptions?][]): ReturnType<typeof demuxAll> => {
  const builder = new TsBuilder().program(VIDEO);
  for (const [data, options] of pes) builder.pes(VIDEO.pid, data, options);
  return demuxAll(builder.build());
};

describe('an H.264 stream', () => {
  it('comes out as length-prefixed access units with their times', () => {
    const units = [
      [AUD, SPS, PPS, IDR],
      [AUD, h264Slice({ frameNum: 1 })],
      [AUD, h264Slice({ frameNum: 2, reference: false })],
    ];
    const { samples, demuxer } = demux(
      [annexB(units[0]), { pts: 6000, dts: 0, unbounded: true }],
      [annexB(units[1]), { pts: 12_000, dts: 3000 }],
      [annexB(units[2]), { pts: 9000, dts: 6000, unbounded: true }],
    );
    expect(samples.map(({ data }) => data)).toEqual(units.map((nals) => lengthPrefixed(nals)));
    expect(samples.map(({ ptsTicks, dtsTicks, keyframe, stamped }) => [ptsTicks, dtsTicks, keyframe, stamped])).toEqual(
      [
        [6000, 0, true, true],
        [12_000, 3000, false, true],
        [9000, 6000, false, true],
      ],
    );
    expect(demuxer.warnings).toEqual([]);
  });

  it('gives its configuration before the first sample, and again when it changes', () => {
    const wide = h264Sps({ width: 640 });
    const { configs } = demux(
      [annexB([AUD, SPS, PPS, IDR]), { pts: 0 }],
      [annexB([AUD, SPS, PPS, IDR]), { pts: 3000 }],
      [annexB([AUD, wide, PPS, IDR]), { pts: 6000 }],
    );
    expect(configs).toMatchObject([
      { codec: 'h264', sps: [SPS], pps: [PPS], profileIdc: 100, levelIdc: 30, picture: { width: 320, height: 160 } },
      { codec: 'h264', sps: [wide], pps: [PPS], picture: { width: 640, interlaced: false } },
    ]);
  });

  it('splits a PES that holds several access units and gives the later ones running times', () => {
    const first = annexB([AUD, SPS, PPS, IDR]);
    const next = annexB([AUD, h264Slice()]);
    const { samples } = demux(
      [concatBytes([first, next, next]), { pts: 9000, dts: 9000 }],
      [concatBytes([next, next]), { pts: 18_000, dts: 18_000 }],
    );
    expect(samples.map(({ dtsTicks, stamped }) => [dtsTicks, stamped])).toEqual([
      [9000, true],
      [12_600, false],
      [16_200, false],
      [18_000, true],
      [21_000, false],
    ]);
  });

  it('splits pictures without delimiters where the macroblock number starts again', () => {
    const slices = [h264Slice(), h264Slice({ firstMb: 100 }), h264Slice(), h264Slice({ firstMb: 100 })];
    const { samples } = demux([annexB([SPS, PPS, ...slices]), { pts: 0 }]);
    expect(samples.map(({ data }) => data)).toEqual([
      lengthPrefixed([SPS, PPS, slices[0], slices[1]]),
      lengthPrefixed([slices[2], slices[3]]),
    ]);
  });

  it('continues an access unit in a PES without a time', () => {
    const whole = annexB([AUD, SPS, PPS, IDR, h264Slice({ type: 5, firstMb: 50, sizeBytes: 500 })]);
    const { samples } = demux(
      [whole.subarray(0, 70), { pts: 3000 }],
      [whole.subarray(70), {}],
      [annexB([AUD, h264Slice()]), { pts: 6000 }],
    );
    expect(samples).toHaveLength(2);
    expect(samples[0].data).toEqual(
      lengthPrefixed([AUD, SPS, PPS, IDR, h264Slice({ type: 5, firstMb: 50, sizeBytes: 500 })]),
    );
    expect(samples[1].ptsTicks).toBe(6000);
  });

  it('drops the rest of a picture that began before the stream', () => {
    const { samples } = demux([annexB([h264Slice({ firstMb: 40 }), AUD, SPS, PPS, IDR]), { pts: 3000 }]);
    expect(samples.map(({ data }) => data)).toEqual([lengthPrefixed([AUD, SPS, PPS, IDR])]);
  });

  it('takes one zero before a start code for its own and keeps the others', () => {
    const padded = concatBytes([IDR, new Uint8Array(3)]);
    const bytes = concatBytes([annexB([AUD, SPS, PPS]), annexB([padded, h264Slice({ type: 5, firstMb: 9 })])]);
    const { samples } = demux([concatBytes([bytes, annexB([AUD, h264Slice()])]), { pts: 0 }]);
    expect(samples[0].data).toEqual(lengthPrefixed([AUD, SPS, PPS, padded, h264Slice({ type: 5, firstMb: 9 })]));
  });

  it('reads start codes of three bytes', () => {
    const nals = [AUD, SPS, PPS, IDR];
    const { samples } = demux([annexB(nals, 3), { pts: 0 }], [annexB([AUD, h264Slice()], 3), { pts: 3000 }]);
    expect(samples[0].data).toEqual(lengthPrefixed(nals));
  });

  it('takes a recovery point for a keyframe', () => {
    const { samples } = demux(
      [annexB([AUD, SPS, PPS, RECOVERY_POINT, h264Slice()]), { pts: 0 }],
      [annexB([AUD, h264Slice()]), { pts: 3000 }],
    );
    expect(samples.map(({ keyframe }) => keyframe)).toEqual([true, false]);
  });

  it('says that a parameter set cannot be read', () => {
    const { demuxer } = demux([annexB([Uint8Array.of(0x67, 1), PPS, IDR]), { pts: 0 }]);
    expect(demuxer.warnings).toMatchObject([{ code: 'parameter-set-unreadable', pid: VIDEO.pid, count: 1 }]);
  });
});

describe('an H.264 stream of fields', () => {
  const fieldSps = h264Sps({ frameMbsOnly: false });
  const slice = (field: 'top' | 'bottom' | 'frame', frameNum: number): Uint8Array => h264Slice({ field, frameNum });

  it('comes out with both fields of a frame in one sample, wherever the fields lie', () => {
    const first = [AUD, fieldSps, PPS, slice('top', 0)];
    const second = [AUD, slice('bottom', 0)];
    const { samples, configs } = demux(
      [annexB(first), { pts: 3600, dts: 0 }],
      [annexB(second), { pts: 5400, dts: 1800 }],
      [annexB([AUD, slice('bottom', 1), slice('top', 1)]), { pts: 7200, dts: 3600 }],
      [annexB([AUD, slice('frame', 2)]), { pts: 10_800, dts: 7200 }],
    );
    expect(samples.map(({ data }) => data)).toEqual([
      lengthPrefixed([...first, ...second]),
      lengthPrefixed([AUD, slice('bottom', 1), slice('top', 1)]),
      lengthPrefixed([AUD, slice('frame', 2)]),
    ]);
    expect(samples.map(({ ptsTicks }) => ptsTicks)).toEqual([3600, 7200, 10_800]);
    expect(configs).toMatchObject([{ picture: { interlaced: true, height: 160 } }]);
  });

  it.each([
    ['the same parity', slice('top', 0)],
    ['another frame number', slice('bottom', 3)],
    ['a whole frame', slice('frame', 0)],
  ])('does not pair a field with %s', (_, other) => {
    const { samples } = demux(
      [annexB([AUD, fieldSps, PPS, slice('top', 0)]), { pts: 0 }],
      [annexB([AUD, other]), { pts: 1800 }],
    );
    expect(samples).toHaveLength(2);
  });
});
