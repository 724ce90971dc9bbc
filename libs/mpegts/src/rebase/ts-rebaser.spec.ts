import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concatBytes, sameBytes } from '../bytes.js';
import { parsePesHeader } from '../es/pes-header.js';
import { continuityOf, hasPayload, payloadOffset, pidOf, startsUnit } from '../packet/packet.js';
import { crc32Mpeg } from '../psi/crc32.js';
import { cutAt, demuxAll } from '../testing/collect.js';
import { adtsFrame, filler } from '../testing/es-samples.js';
import { AUDIO, VIDEO } from '../testing/recording-builder.js';
import { section, TsBuilder } from '../testing/ts-builder.js';
import { CLOCK_WRAP_TICKS } from './stamps.js';
import { TsRebaser } from './ts-rebaser.js';

const PACKET_BYTES = 188;
const FRAME_TICKS = 3000;
const CUE = { pid: 0x102, type: 0x86 };

const packetsOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / PACKET_BYTES }, (_, index) =>
    bytes.subarray(index * PACKET_BYTES, (index + 1) * PACKET_BYTES),
  );

/** Runs one behind the other. */
const rebase = (runs: Uint8Array[], options: { startTicks?: number } = {}, cuts: number[] = []): Uint8Array => {
  const rebaser = new TsRebaser(options);
  const out = runs.flatMap((run, index) => [
    ...(index > 0 ? [rebaser.startRun()] : []),
    ...cutAt(run, cuts).map((chunk) => rebaser.push(chunk)),
  ]);
  return concatBytes([...out, rebaser.flush()]);
};

/** PTS of the PES of a PID, as on the wire. */
const stampsOf = (bytes: Uint8Array, pid: number): number[] =>
  packetsOf(bytes)
    .filter((packet) => pidOf(packet, 0) === pid && startsUnit(packet, 0))
    .flatMap((packet) => {
      const header = parsePesHeader(packet, payloadOffset(packet, 0), PACKET_BYTES);
      return typeof header === 'object' && header.pts !== undefined ? [header.pts] : [];
    });

const countersOf = (bytes: Uint8Array, pid: number): number[] =>
  packetsOf(bytes)
    .filter((packet) => pidOf(packet, 0) === pid)
    .map((packet) => continuityOf(packet, 0));

const video = (ts: TsBuilder, pts: number): TsBuilder => ts.pes(VIDEO.pid, filler(400), { pts, unbounded: true });
/** Two frames of 1,920 ticks. */
const sound = (ts: TsBuilder, pts: number): TsBuilder =>
  ts.pes(AUDIO.pid, concatBytes([adtsFrame(filler(30)), adtsFrame(filler(30))]), { pts });

/** Pictures at the pace of `FRAME_TICKS`, each with sound. */
const run = (startTicks: number, count: number, audioDelayTicks = 0): Uint8Array => {
  const ts = new TsBuilder().program(VIDEO, AUDIO);
  for (let index = 0; index < count; index++) {
    const ticks = (startTicks + index * FRAME_TICKS) % CLOCK_WRAP_TICKS;
    video(ts, ticks);
    sound(ts, ticks + audioDelayTicks);
  }
  return ts.build();
};

const times = (startTicks: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => (startTicks + index * FRAME_TICKS) % CLOCK_WRAP_TICKS);

describe('rebasing runs', () => {
  it('keeps the clock of the first one, and every byte of it when its counters are right', () => {
    const bytes = run(500_000, 4);
    expect(rebase([bytes])).toEqual(bytes);
  });

  it.each([
    ['back', 90_000, 0],
    ['ahead', 0, 4_000_000_000],
    ['over the wrap', CLOCK_WRAP_TICKS - 6_000, 10],
  ])('puts a run whose clock jumps %s behind the sound of the one before', (_name, first, second) => {
    // the sound of the last picture lasts 3,840 ticks, the picture 3,000
    const join = (first + 3 * FRAME_TICKS + 3840) % CLOCK_WRAP_TICKS;
    const bytes = rebase([run(first, 4), run(second, 3)]);
    expect(stampsOf(bytes, VIDEO.pid)).toEqual([...times(first, 4), ...times(join, 3)]);
    expect(stampsOf(bytes, AUDIO.pid)).toEqual([...times(first, 4), ...times(join, 3)]);
  });

  it('lets a stream begin later where it does so in both runs', () => {
    const bytes = rebase([run(0, 3, 20_000), run(0, 3, 20_000)]);
    expect(stampsOf(bytes, VIDEO.pid).at(3)).toBe(2 * FRAME_TICKS + 3840);
  });

  it.each([
    ['not reordered behind one that is', [6000, 12_000, 9000], 0, 12_000 + FRAME_TICKS],
    ['reordered behind one that is not', [0, 3000, 6000], 6000, 6000 + 2 * FRAME_TICKS + FRAME_TICKS],
  ])('shows a run that is %s behind it', (_name, firstPts, delayTicks, expected) => {
    const first = new TsBuilder().program(VIDEO);
    for (const [index, pts] of firstPts.entries()) {
      first.pes(VIDEO.pid, filler(40), { pts, dts: index * FRAME_TICKS, unbounded: true });
    }
    const second = new TsBuilder().program(VIDEO);
    second.pes(VIDEO.pid, filler(40), { pts: 90_000 + delayTicks, dts: 90_000, unbounded: true });
    expect(stampsOf(rebase([first.build(), second.build()]), VIDEO.pid).at(-1)).toBe(expected);
  });

  it('starts where it is told', () => {
    expect(stampsOf(rebase([run(0, 2)], { startTicks: 900_000 }), VIDEO.pid)).toEqual(times(900_000, 2));
  });

  it('follows a clock that jumps without a word, each stream from its own jump on', () => {
    const ts = new TsBuilder().program(VIDEO, AUDIO);
    video(ts, 0);
    sound(ts, 0);
    video(ts, 3000);
    video(ts, 5_000_000);
    sound(ts, 3840);
    video(ts, 5_003_000);
    sound(ts, 5_000_000);
    sound(ts, 5_003_840);
    video(ts, 5_006_000);
    const bytes = rebase([ts.build()]);
    expect(stampsOf(bytes, VIDEO.pid)).toEqual([0, 3000, 7680, 10_680, 13_680]);
    expect(stampsOf(bytes, AUDIO.pid)).toEqual([0, 3840, 7680, 11_520]);
  });

  it('does not wait for a stream that has ended', () => {
    const silent = video(video(new TsBuilder().program(VIDEO), 70), 3070).build();
    const bytes = rebase([run(0, 3), silent, run(9, 2)]);
    expect(stampsOf(bytes, VIDEO.pid)).toEqual([0, 3000, 6000, 9000, 12_000, 15_000, 18_000]);
  });

  it('gives the same bytes however they are chunked', () => {
    const runs = [run(5, 4), run(99_000, 3), run(2, 5)];
    const whole = rebase(runs);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => sameBytes(rebase(runs, {}, cuts), whole)),
      { numRuns: 50 },
    );
  });
});

describe('continuity counters', () => {
  const unit = (counter: number, ts: TsBuilder): TsBuilder => ts.packet(VIDEO.pid, true, filler(184, 3), counter);
  const rest = (counter: number, ts: TsBuilder, value = 4): TsBuilder =>
    ts.packet(VIDEO.pid, false, filler(184, value), counter);

  it('go on where a segment that was muxed for itself begins', () => {
    const ts = new TsBuilder();
    rest(6, unit(5, ts));
    rest(1, unit(0, ts));
    expect(countersOf(rebase([ts.build()]), VIDEO.pid)).toEqual([5, 6, 7, 8]);
  });

  it('show what the source lost within a unit', () => {
    const ts = new TsBuilder();
    rest(12, rest(9, unit(8, ts)));
    expect(countersOf(rebase([ts.build()]), VIDEO.pid)).toEqual([8, 9, 12]);
  });

  it('stay for packets that are sent twice', () => {
    const ts = new TsBuilder();
    rest(1, rest(1, unit(0, unit(0, ts))));
    expect(countersOf(rebase([ts.build()]), VIDEO.pid)).toEqual([0, 0, 1, 1]);
  });

  it('go on in a unit that has the counter of another one by chance', () => {
    const ts = new TsBuilder();
    unit(0, ts);
    ts.packet(VIDEO.pid, true, filler(184, 9), 0);
    expect(countersOf(rebase([ts.build()]), VIDEO.pid)).toEqual([0, 1]);
  });

  it('leave out what is left of a unit that began before a discontinuity, but for its PCR', () => {
    const second = new TsBuilder().program(VIDEO);
    rest(3, second);
    const withPcr = new Uint8Array(PACKET_BYTES).fill(0xff);
    withPcr.set([0x47, VIDEO.pid >> 8, VIDEO.pid & 0xff, 0x34, 7, 0x10, 0, 0, 0, 1, 0x7e, 0]);
    second.raw(withPcr);
    video(second, 800);
    const made = packetsOf(rebase([run(0, 2), second.build()])).filter((packet) => pidOf(packet, 0) === VIDEO.pid);
    expect(made.filter((packet) => !hasPayload(packet, 0))).toHaveLength(1);
    const whole = rebase([run(0, 2), video(new TsBuilder().program(VIDEO), 800).build()]);
    const payloads = (packets: Uint8Array[]) => packets.filter((packet) => hasPayload(packet, 0));
    expect(payloads(made)).toEqual(payloads(packetsOf(whole).filter((packet) => pidOf(packet, 0) === VIDEO.pid)));
    expect(demuxAll(concatBytes(made)).demuxer.warnings).toEqual([]);
  });
});

describe('cues', () => {
  /** A splice_info_section whose adjustment is `ticks` (SCTE 35 §9.6). */
  const cue = (ticks: number): Uint8Array => {
    const low = ticks % 2 ** 32;
    const adjustment = [Math.floor(ticks / 2 ** 32), low >>> 24, (low >>> 16) & 0xff, (low >>> 8) & 0xff, low & 0xff];
    return section(0xfc, [0, ...adjustment, 0, 0xff, 0xf0, 0, 0, 0, 0]);
  };
  const adjustmentOf = (packet: Uint8Array): number => {
    const from = payloadOffset(packet, 0) + 1;
    const to = from + 3 + (((packet[from + 1] & 0x0f) << 8) | packet[from + 2]);
    expect(crc32Mpeg(packet.subarray(from, to))).toBe(0);
    return (packet[from + 4] & 1) * 2 ** 32 + new DataView(packet.buffer, packet.byteOffset).getUint32(from + 5);
  };

  it.each([
    [0, 7000],
    [CLOCK_WRAP_TICKS - 1000, 6000],
  ])('of a run that is moved have their adjustment of %d moved with it', (before, after) => {
    const first = video(video(new TsBuilder().program(VIDEO, CUE), 4000), 7000).build();
    const second = video(new TsBuilder().program(VIDEO, CUE), 3000).sections(CUE.pid, cue(before)).build();
    const cues = packetsOf(rebase([first, second])).filter((packet) => pidOf(packet, 0) === CUE.pid);
    expect(cues.map(adjustmentOf)).toEqual([after]);
  });
});
