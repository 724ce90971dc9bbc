import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { continuityOf, PACKET_BYTES, pidOf, SYNC_BYTE } from '../packet/packet.js';
import { demuxAll } from '../testing/collect.js';
import { AUD, filler, h264Pps, h264Slice, h264Sps } from '../testing/es-samples.js';
import { nalsOf, toByteStream, toLengthPrefixed } from '../video/length-prefixed.js';
import { muxVideo } from './mux-video.js';

const picture = (index: number, sizeBytes: number): Uint8Array[] => [
  AUD,
  ...(index === 0 ? [h264Sps(), h264Pps()] : []),
  Uint8Array.from([...h264Slice({ type: index === 0 ? 5 : 1, frameNum: index & 15 }), ...filler(sizeBytes)]),
];

describe('muxing one video stream', () => {
  it('gives a demuxer the same pictures at the same times', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 2 ** 33 - 1 }), (given, startTicks) => {
        const pictures = given.map((sizeBytes, index) => ({
          nals: picture(index, sizeBytes),
          ptsTicks: startTicks + 3600 * (index + 2),
          dtsTicks: startTicks + 3600 * index,
          keyframe: index === 0,
        }));
        const bytes = muxVideo(
          'h264',
          pictures.map(({ nals, ...times }) => ({ ...times, bytes: toByteStream(nals) })),
        );
        const { samples, configs } = demuxAll(bytes);
        expect(samples.map(({ data }) => [...data])).toEqual(pictures.map(({ nals }) => [...toLengthPrefixed(nals)]));
        const behindFirst = ({ ptsTicks, dtsTicks }: { ptsTicks: number; dtsTicks: number }): number[] =>
          [ptsTicks, dtsTicks].map((ticks) => ticks - startTicks - (samples[0].dtsTicks - pictures[0].dtsTicks));
        expect(
          samples.map(({ ptsTicks, dtsTicks }) => [ptsTicks - samples[0].dtsTicks, dtsTicks - samples[0].dtsTicks]),
        ).toEqual(pictures.map((each) => behindFirst(each).map((ticks) => ticks - behindFirst(pictures[0])[1])));
        expect(configs).toHaveLength(1);
      }),
      { numRuns: 40 },
    );
  });

  it('counts the packets of each PID without a gap', () => {
    const bytes = muxVideo('h264', [
      { ptsTicks: 0, dtsTicks: 0, keyframe: true, bytes: toByteStream(picture(0, 10_000)) },
      { ptsTicks: 3600, dtsTicks: 3600, keyframe: false, bytes: toByteStream(picture(1, 161)) },
    ]);
    const counters = new Map<number, number>();
    for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
      expect(bytes[at]).toBe(SYNC_BYTE);
      const pid = pidOf(bytes, at);
      if (counters.has(pid)) expect(continuityOf(bytes, at)).toBe((counters.get(pid)! + 1) & 15);
      counters.set(pid, continuityOf(bytes, at));
    }
    expect([...counters.keys()]).toHaveLength(3);
  });
});

describe('NAL units of a sample', () => {
  it('come back as they were put in', () => {
    const nals = picture(0, 5);
    expect(nalsOf(toLengthPrefixed(nals)).map((nal) => [...nal])).toEqual(nals.map((nal) => [...nal]));
  });
});
