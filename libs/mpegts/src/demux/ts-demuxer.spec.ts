import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concatBytes } from '../bytes.js';
import { MpegtsError } from '../mpegts-error.js';
import { collector, cutAt, demuxAll } from '../testing/collect.js';
import { AUD, adtsFrame, annexB, filler, h264Pps, h264Slice, h264Sps, lengthPrefixed } from '../testing/es-samples.js';
import { PMT_PID, TsBuilder, pmtSection } from '../testing/ts-builder.js';

const VIDEO = { pid: 0x100, type: 0x1b };
const AUDIO = { pid: 0x101, type: 0x0f };
const IDR = annexB([AUD, h264Sps(), h264Pps(), h264Slice({ type: 5, sizeBytes: 700 })]);
const picture = (frameNum: number): Uint8Array => annexB([AUD, h264Slice({ frameNum, sizeBytes: 300 + frameNum })]);
const FRAMES = Array.from({ length: 12 }, (_, index) => adtsFrame(filler(150 + index, index + 1)));

/** Four pictures, and twelve audio frames in PES that cut them anywhere. */
const mixed = (builder = new TsBuilder()): TsBuilder => {
  const audio = concatBytes(FRAMES);
  builder.program(VIDEO, AUDIO).pes(VIDEO.pid, IDR, { pts: 6000, dts: 3000, unbounded: true });
  for (let index = 0; index < 3; index++) {
    builder.pes(AUDIO.pid, audio.subarray(index * 650, (index + 1) * 650), { pts: 6000 + index * 8000 });
    builder.pes(VIDEO.pid, picture(index + 1), { pts: 9000 + index * 3000, dts: 6000 + index * 3000, unbounded: true });
  }
  return builder;
};

describe('TsDemuxer', () => {
  it('delivers the same however the bytes are chunked', () => {
    const bytes = concatBytes([mixed().build(), filler(100), mixed().build(), filler(3, 0x47), mixed().build()]);
    const whole = demuxAll(bytes);
    expect(whole.samples.length).toBeGreaterThan(40);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (places) => {
        const { demuxer, samples, configs } = collector();
        for (const chunk of cutAt(bytes, places)) {
          const lent = chunk.slice();
          demuxer.push(lent);
          lent.fill(0xff); // it is read into again
        }
        demuxer.flush();
        expect(samples).toEqual(whole.samples);
        expect(configs).toEqual(whole.configs);
        expect(demuxer.warnings).toEqual(whole.demuxer.warnings);
      }),
      { numRuns: 50 },
    );
  });

  it('gives every sample to exactly one range, wherever ranges meet', () => {
    const bytes = concatBytes([mixed().build(), mixed().build()]);
    const whole = demuxAll(bytes).samples.map(({ data }) => data);
    const programPackets = new TsBuilder().program(VIDEO, AUDIO).build();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (border) => {
        const first = collector();
        first.demuxer.push(bytes.subarray(0, border));
        first.demuxer.endOwn();
        first.demuxer.push(bytes.subarray(border));
        first.demuxer.flush();
        const second = collector({ programPackets });
        second.demuxer.push(bytes.subarray(border));
        second.demuxer.flush();
        const both = [...first.samples, ...second.samples].map(({ data }) => data);
        expect(both.toSorted(byBytes)).toEqual(whole.toSorted(byBytes));
      }),
    );
  });

  it('needs no more of the tail than completes what is open', () => {
    const own = new TsBuilder().program(VIDEO, AUDIO).pes(AUDIO.pid, concatBytes(FRAMES).subarray(0, 400), { pts: 0 });
    own.pes(VIDEO.pid, IDR, { pts: 0, unbounded: true });
    const { demuxer, samples } = collector();
    demuxer.push(own.build());
    demuxer.endOwn();
    const tail = new TsBuilder().pes(AUDIO.pid, concatBytes(FRAMES).subarray(400), { pts: 5000 });
    demuxer.push(tail.build());
    expect(demuxer.isComplete).toBe(false);
    const next = new TsBuilder().pes(VIDEO.pid, picture(1), { pts: 3000 }).build();
    demuxer.push(next.subarray(0, 188));
    expect(demuxer.isComplete).toBe(true);
    expect(samples.map(({ kind }) => kind)).toEqual(['audio', 'audio', 'audio', 'video']);
  });

  it('tells that the tail ends within what is open, and that a stream with nothing in its last segment does not', () => {
    const big = concatBytes([picture(1), new Uint8Array(2000).fill(0x55)]);
    const bytes = new TsBuilder().program(VIDEO).pes(VIDEO.pid, big, { pts: 0, unbounded: true }).build();
    const { demuxer } = collector();
    demuxer.push(bytes.subarray(0, 4 * 188));
    expect(demuxer.isTorn).toBe(false);
    demuxer.endOwn();
    const seen = [4, 6, 8].map((packet) => {
      demuxer.startSegment();
      demuxer.push(bytes.subarray(packet * 188, (packet + 2) * 188));
      return [demuxer.isComplete, demuxer.isTorn];
    });
    expect(seen).toEqual(Array(3).fill([false, true]));
    demuxer.startSegment();
    demuxer.push(new TsBuilder().program(VIDEO).build());
    expect([demuxer.isComplete, demuxer.isTorn]).toEqual([false, false]);
  });

  it('starts a run where it is told and delivers what was open', () => {
    const { demuxer, samples, configs } = collector({ firstRunIndex: 5 });
    for (const newRun of [false, true]) {
      demuxer.startSegment({ newRun });
      demuxer.push(mixed().build());
    }
    demuxer.flush();
    const perRun = (run: number): unknown[] =>
      samples.filter(({ runIndex }) => runIndex === run).map((sample) => ({ ...sample, runIndex: 0 }));
    expect(perRun(5)).toHaveLength(samples.length / 2);
    expect(perRun(6)).toEqual(perRun(5));
    expect(configs.map(({ runIndex }) => runIndex)).toEqual([5, 5, 6, 6]);
  });

  it('starts a run at a jump that nobody told of', () => {
    const jumped = new TsBuilder()
      .program(VIDEO)
      .pes(VIDEO.pid, IDR, { pts: 0 })
      .pes(VIDEO.pid, IDR, { pts: 5_000_000 })
      .build();
    const { samples, demuxer } = demuxAll(jumped);
    expect(samples.map(({ runIndex }) => runIndex)).toEqual([0, 1]);
    expect(demuxer.warnings).toMatchObject([{ code: 'time-jump', pid: VIDEO.pid, firstPositionBytes: 188 * 7 }]);
  });

  it('reads a PES header that is cut by packets', () => {
    const bytes = new TsBuilder().program(VIDEO).pes(VIDEO.pid, IDR, { pts: 77, dts: 5, firstPacketBytes: 4 }).build();
    expect(demuxAll(bytes).samples).toMatchObject([{ ptsTicks: 77, dtsTicks: 5 }]);
  });

  it('ignores a packet that is sent twice, and counts one that is missing', () => {
    const bytes = new TsBuilder().program(VIDEO).pes(VIDEO.pid, IDR, { pts: 0 }).build();
    const packets = Array.from({ length: bytes.length / 188 }, (_, at) => bytes.subarray(at * 188, at * 188 + 188));
    const twice = demuxAll(concatBytes([...packets.slice(0, 4), packets[3], ...packets.slice(4)]));
    expect(twice.samples).toEqual(demuxAll(bytes).samples);
    expect(twice.demuxer.warnings).toEqual([]);
    const apart = collector();
    for (const packet of [...packets.slice(0, 4), packets[3], ...packets.slice(4)]) {
      const lent = packet.slice();
      apart.demuxer.push(lent);
      lent.fill(0xff);
    }
    apart.demuxer.flush();
    expect(apart.samples).toEqual(twice.samples);
    expect(apart.demuxer.warnings).toEqual([]);
    const missing = demuxAll(concatBytes([...packets.slice(0, 4), ...packets.slice(5)]));
    expect(missing.demuxer.warnings).toMatchObject([{ code: 'continuity-error', pid: VIDEO.pid, count: 1 }]);
  });

  it('lets continuity counters start anew with a segment', () => {
    const { demuxer } = collector();
    for (let segment = 0; segment < 2; segment++) {
      demuxer.startSegment();
      demuxer.push(mixed().build());
    }
    demuxer.flush();
    expect(demuxer.warnings.map(({ code }) => code)).not.toContain('continuity-error');
  });

  it('skips scrambled packets and says so', () => {
    const bytes = new TsBuilder().program(VIDEO).pes(VIDEO.pid, IDR, { pts: 0 }).build();
    for (let at = 2 * 188; at < bytes.length; at += 188) bytes[at + 3] |= 0x80;
    const { samples, demuxer } = demuxAll(bytes);
    expect(samples).toEqual([]);
    expect(demuxer.warnings).toMatchObject([{ code: 'scrambled' }]);
  });

  it('demuxes only the PIDs that were asked for', () => {
    const { samples } = demuxAll(mixed().build(), { pids: [AUDIO.pid] });
    expect(new Set(samples.map(({ pid }) => pid))).toEqual(new Set([AUDIO.pid]));
  });

  it('delivers a stream to its end when the program drops it', () => {
    const bytes = mixed()
      .sections(PMT_PID, pmtSection([VIDEO], 1))
      .pes(VIDEO.pid, picture(5), { pts: 20_000 })
      .build();
    const { samples } = demuxAll(bytes);
    expect(samples.filter(({ pid }) => pid === AUDIO.pid)).toHaveLength(12);
    expect(samples.filter(({ pid }) => pid === VIDEO.pid)).toHaveLength(5);
  });

  it('refuses a stream that has no frame within any sane size', () => {
    const { demuxer } = collector();
    demuxer.push(
      new TsBuilder()
        .program(AUDIO)
        .packet(AUDIO.pid, true, Uint8Array.of(0, 0, 1, 0xc0, 0, 0, 0x80, 0, 0))
        .build(),
    );
    const junk = new TsBuilder();
    for (let index = 0; index < 4000; index++) junk.packet(AUDIO.pid, false, filler(184));
    const bytes = junk.build();
    expect(() => {
      for (let index = 0; index < 100; index++) demuxer.push(bytes);
    }).toThrow(MpegtsError);
  });

  it('keeps a whole picture when its zero byte lies in the PES before', () => {
    const next = picture(1);
    const bytes = new TsBuilder()
      .program(VIDEO)
      .pes(VIDEO.pid, concatBytes([IDR, next.subarray(0, 1)]), { pts: 0 })
      .pes(VIDEO.pid, next.subarray(1), { pts: 3000 })
      .build();
    const { samples } = demuxAll(bytes);
    expect(samples.map(({ ptsTicks }) => ptsTicks)).toEqual([0, 3000]);
    expect(samples[1].data).toEqual(lengthPrefixed([AUD, h264Slice({ frameNum: 1, sizeBytes: 301 })]));
  });
});

const byBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);
