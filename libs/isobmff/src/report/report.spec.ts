import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { DemuxedSample } from '@clipfleet/mpegts';
import fc from 'fast-check';
import { IsobmffError } from '../isobmff-error.js';
import { mergeRanges } from '../merge/merge-ranges.js';
import { makeRange } from '../testing/make-range.js';
import { audio, audioFrames, interleave, video, videoFrames } from '../testing/samples.js';
import { decodeRangeReport } from './decode-report.js';
import { encodeRangeReport } from './encode-report.js';
import { SpanReader } from './span-reader.js';

const { report } = makeRange(interleave<DemuxedSample>(videoFrames(40, 10), audioFrames(50)));

describe('range report', () => {
  it('is the same after the wire', () => {
    const shown = { startTicks: -5, endTicks: 2 ** 34 };
    expect(decodeRangeReport(encodeRangeReport(report))).toEqual(report);
    expect(decodeRangeReport(encodeRangeReport({ ...report, paddingBytes: 7, shown }))).toEqual({
      ...report,
      paddingBytes: 7,
      shown,
    });
  });

  it('tells every sample as it was', () => {
    const ticks = fc.integer({ min: -(2 ** 35), max: 2 ** 35 });
    const sample = fc.record({
      dts: ticks,
      offset: ticks,
      keyframe: fc.boolean(),
      size: fc.nat(300),
      pcm: fc.nat(5000),
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), fc.boolean(), (rows, isVideo) => {
        const samples = rows.map(({ dts, offset, keyframe, size, pcm }) => {
          const data = new Uint8Array(size);
          if (isVideo) return video(dts, { ptsTicks: dts + offset, keyframe, data });
          return audio(dts, { data, sampleCount: pcm });
        });
        const [span] = makeRange(samples).report.spans;
        const reader = new SpanReader(span);
        const read = samples.map(() => reader.next());
        expect(reader.atEnd).toBe(true);
        expect(read).toEqual(
          rows.map(({ dts, offset, keyframe, size, pcm }) => ({
            sizeBytes: size,
            dtsTicks: dts,
            offsetTicks: isVideo ? offset : 0,
            keyframe: !isVideo || keyframe,
            pcmSamples: isVideo ? 0 : pcm,
          })),
        );
      }),
    );
  });

  it('takes half a megabyte an hour', () => {
    let state = 1;
    const size = (mean: number): Uint8Array => {
      state = (state * 48_271) % 0x7fffffff;
      return new Uint8Array(Math.floor(mean / 2) + (state % mean));
    };
    const minutes = 2;
    const pictures = videoFrames(minutes * 1800, 60).map((sample, i) => {
      return { ...sample, ptsTicks: sample.dtsTicks + [6000, 12_000, 3000, 0][i % 4], data: size(16_000) };
    });
    const frames = audioFrames(Math.floor(minutes * 2812.5)).map((sample) => ({ ...sample, data: size(340) }));
    const bytes = gzipSync(encodeRangeReport(makeRange(interleave<DemuxedSample>(pictures, frames)).report)).length;
    expect((bytes * 60) / minutes).toBeLessThan(700_000);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['another magic', new TextEncoder().encode('cfr2\0\0\0\0')],
    ['a head that is cut', encodeRangeReport(report).subarray(0, 40)],
    ['columns that are cut', encodeRangeReport(report).subarray(0, -1)],
    ['bytes left over', Uint8Array.of(...encodeRangeReport(report), 0)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => decodeRangeReport(bytes)).toThrow(expect.objectContaining({ code: 'report-invalid' }));
  });

  it('answers a flipped byte with a merge or a named error, never with a crash', () => {
    const encoded = encodeRangeReport(report);
    const outcome = (bytes: Uint8Array): unknown => {
      try {
        return mergeRanges([decodeRangeReport(bytes)], { container: 'mp4' });
      } catch (error) {
        return error;
      }
    };
    const headEnd = 8 + new DataView(encoded.buffer, encoded.byteOffset).getUint32(4);
    fc.assert(
      fc.property(
        fc.integer({ min: headEnd, max: encoded.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const damaged = encoded.slice();
          damaged[at] ^= flip;
          const result = outcome(damaged);
          if (result instanceof Error) expect(result).toBeInstanceOf(IsobmffError);
        },
      ),
    );
  });
});
