import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concatBytes } from '../bytes.js';
import { PACKET_BYTES, pidOf } from '../packet/packet.js';
import type { AudioSample } from '../sample.js';
import { cutAt, demuxAll } from '../testing/collect.js';
import { adtsFrame, annexB, AUD, filler, h264Pps, h264Slice, h264Sps } from '../testing/es-samples.js';
import { AUDIO, FRAME_TICKS, VIDEO } from '../testing/recording-builder.js';
import { type StreamEntry, TsBuilder } from '../testing/ts-builder.js';
import { TsTrimmer, type TsTrimmerOptions } from './ts-trimmer.js';

/** Duration of an AAC frame at 48 kHz. */
const SOUND_TICKS = 1920;
const START_TICKS = 900_000;
const PICTURES = 40;
/** Cuts lie in the middle: from the keyframe at picture 10 on, and before picture 30. */
const [IN_PICTURE, OUT_PICTURE] = [10, 30];
const ticksOf = (picture: number): number => START_TICKS + picture * FRAME_TICKS;

interface Sound {
  stream: StreamEntry;
  /** Frame by frame. */
  frames: Uint8Array[];
  frameTicks: number;
}

const aac = (sizes: readonly number[]): Sound => ({
  stream: AUDIO,
  frames: sizes.map((sizeBytes, index) => adtsFrame(filler(sizeBytes, 0x20 + (index % 64)))),
  frameTicks: SOUND_TICKS,
});

/** Payloads of PES, each with the time of the first frame that commences in it. */
const pesOf = (
  { frames, frameTicks }: Sound,
  pesBytes: (index: number) => number,
): [Uint8Array, number | undefined][] => {
  const bytes = concatBytes(frames);
  const starts = frames.map((_, index) => frames.slice(0, index).reduce((sum, frame) => sum + frame.length, 0));
  const made: [Uint8Array, number | undefined][] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(at + pesBytes(made.length), bytes.length);
    const first = starts.findIndex((start) => start >= at && start < end);
    made.push([bytes.subarray(at, end), first < 0 ? undefined : START_TICKS + first * frameTicks]);
    at = end;
  }
  return made;
};

/** A picture every 40 ms, a keyframe every ten; the sound's PES spread evenly between them. */
const recordingOf = (sound: Sound, pesBytes: (index: number) => number): Uint8Array => {
  const builder = new TsBuilder().program(VIDEO, sound.stream);
  const pes = pesOf(sound, pesBytes);
  let written = 0;
  for (let picture = 0; picture < PICTURES; picture++) {
    const nals = picture % 10 === 0 ? [AUD, h264Sps(), h264Pps(), h264Slice({ type: 5 })] : [AUD, h264Slice()];
    builder.pes(VIDEO.pid, annexB(nals), { pts: ticksOf(picture), dts: ticksOf(picture), unbounded: true });
    for (; written < (pes.length * (picture + 1)) / PICTURES; written++) {
      const [payload, pts] = pes[written];
      builder.pes(sound.stream.pid, payload, pts === undefined ? {} : { pts });
    }
  }
  return builder.build();
};

const trim = (bytes: Uint8Array, options: Partial<TsTrimmerOptions>, cuts: number[] = []): Uint8Array => {
  const trimmer = new TsTrimmer({ mode: 'keyframe', ...options });
  trimmer.startPiece();
  const made = cutAt(bytes, cuts).flatMap((chunk) => trimmer.push(chunk));
  return concatBytes([...made, ...trimmer.flush()]);
};

const offset = (picture: number): { pieceIndex: number; offsetTicks: number } => ({
  pieceIndex: 0,
  offsetTicks: picture * FRAME_TICKS,
});
const BOTH = { trimStart: offset(IN_PICTURE), trimEnd: offset(OUT_PICTURE) };

const audioOf = (bytes: Uint8Array): { samples: AudioSample[]; warnings: string[] } => {
  const { samples, demuxer } = demuxAll(bytes);
  return {
    samples: samples.filter((sample) => sample.kind === 'audio'),
    warnings: demuxer.warnings.map(({ code }) => code),
  };
};

const told = (samples: readonly AudioSample[]): string[] =>
  samples.map(({ ptsTicks, data }) => `${ptsTicks} ${data.length} ${data[0]}`);

/** The cut has all of the frames from in to out, each whole and at its time, and no others. */
const expectFrames = (source: Uint8Array, cut: Uint8Array, from: number, to: number): void => {
  const inside = audioOf(source).samples.filter(({ ptsTicks }) => ptsTicks >= from && ptsTicks < to);
  const { samples, warnings } = audioOf(cut);
  expect(told(samples)).toEqual(told(inside));
  expect(warnings).toEqual([]);
};

const SIZES = Array.from({ length: 75 }, (_, index) => 90 + ((index * 37) % 160));

describe('audio at the edges of a cut', () => {
  it.each([
    ['as long as some frames', 700],
    ['shorter than a frame', 61],
    ['longer than all between two keyframes', 6_000],
  ])('is of whole frames where PES are %s', (_, pesBytes) => {
    const source = recordingOf(aac(SIZES), () => pesBytes);
    const cut = trim(source, BOTH);
    expectFrames(source, cut, ticksOf(IN_PICTURE), ticksOf(OUT_PICTURE));
  });

  it('is measured to the frame where there is no video', () => {
    const sound = aac(SIZES);
    const builder = new TsBuilder().program(AUDIO);
    for (const [payload, pts] of pesOf(sound, () => 700)) builder.pes(AUDIO.pid, payload, { pts });
    const trimmer = new TsTrimmer({ mode: 'keyframe', ...BOTH });
    trimmer.startPiece();
    const cut = concatBytes([...trimmer.push(builder.build()), ...trimmer.flush()]);
    const { samples, warnings } = audioOf(cut);
    expect(warnings).toEqual([]);
    const [first, end] = [samples[0].ptsTicks, samples[samples.length - 1].ptsTicks + SOUND_TICKS];
    expect(trimmer.measured).toEqual({
      ...{ startDeltaTicks: first - ticksOf(IN_PICTURE), endDeltaTicks: end - ticksOf(OUT_PICTURE) },
    });
    expect(trimmer.measured.endDeltaTicks).toBeLessThan(SOUND_TICKS);
    expect(trimmer.measured.endDeltaTicks).toBeGreaterThanOrEqual(0);
  });

  it('is of whole frames whatever the frames, the PES, the cuts and the chunks', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 60, maxLength: 75 });
    const pesBytes = fc.array(fc.integer({ min: 20, max: 2_000 }), { minLength: 1, maxLength: 12 });
    const pictures = fc.tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 1, max: 15 }));
    fc.assert(
      fc.property(
        sizes,
        pesBytes,
        pictures,
        fc.array(fc.nat(), { maxLength: 12 }),
        (sizes, pes, [first, count], cuts) => {
          const source = recordingOf(aac(sizes), (index) => pes[index % pes.length]);
          const options = { trimStart: offset(first), trimEnd: offset(first + count) };
          const whole = trim(source, options);
          expectFrames(source, whole, ticksOf(first - (first % 10)), ticksOf(first + count));
          expect(Buffer.compare(trim(source, options, cuts), whole)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('begins with the payload of a PES, at the time of its frame', () => {
    const cut = trim(
      recordingOf(aac(SIZES), () => 700),
      BOTH,
    );
    const [first] = audioOf(cut).samples;
    expect(first).toMatchObject({ stamped: true });
    expect(first.ptsTicks - ticksOf(IN_PICTURE)).toBeLessThan(SOUND_TICKS);
    const packet = packetsOf(cut, AUDIO.pid)[0];
    const pes = packet.subarray((packet[3] & 0x20) === 0 ? 4 : 5 + packet[4]);
    expect([...pes.subarray(0, 4)]).toEqual([0, 0, 1, 0xe0]);
    expect([...pes.subarray(9 + pes[8], 11 + pes[8])]).toEqual([0xff, 0xf1]);
  });

  it('does not begin before the video has got as far', () => {
    // sound that comes 200 ms before its time, most of a second in a PES
    const builder = new TsBuilder().program(VIDEO, AUDIO);
    const pes = pesOf(aac(SIZES), () => 6_000);
    for (let picture = 0; picture < PICTURES; picture++) {
      const nals = picture % 10 === 0 ? [AUD, h264Sps(), h264Pps(), h264Slice({ type: 5 })] : [AUD, h264Slice()];
      builder.pes(VIDEO.pid, annexB(nals), { pts: ticksOf(picture), dts: ticksOf(picture - 5), unbounded: true });
      while (pes.length > 0 && (pes[0][1] ?? 0) <= ticksOf(picture)) {
        const [payload, pts] = pes.shift()!;
        builder.pes(AUDIO.pid, payload, { pts });
      }
    }
    const source = builder.build();
    const cut = trim(source, BOTH);
    expectFrames(source, cut, ticksOf(IN_PICTURE), ticksOf(OUT_PICTURE));
    const starts = packetsOf(cut).filter((packet) => (packet[1] & 0x40) !== 0);
    const sound = starts.findIndex((packet) => pidOf(packet, 0) === AUDIO.pid);
    // five pictures are decoded before the first one is shown, and three in the 100 ms after that
    expect(starts.slice(0, sound).filter((packet) => pidOf(packet, 0) === VIDEO.pid)).toHaveLength(8);
  });

  it('leaves all packets between as they are', () => {
    const source = recordingOf(aac(SIZES), () => 700);
    const known = new Set(packetsOf(source).map((packet) => Buffer.from(packet).toString('hex')));
    const made = packetsOf(trim(source, BOTH)).map((packet) => known.has(Buffer.from(packet).toString('hex')));
    const changed = made.flatMap((isKnown, index) => (isKnown ? [] : [index]));
    // of 700 bytes: four packets at either end
    expect(changed.length).toBeLessThanOrEqual(8);
    expect(changed.filter((index) => index > 30 && index < made.length - 30)).toEqual([]);
  });

  it('is not touched where a PES begins at the edge', () => {
    const sound = aac(SIZES.map(() => 93));
    const source = recordingOf(sound, () => 100);
    const known = new Set(packetsOf(source).map((packet) => Buffer.from(packet).toString('hex')));
    const made = packetsOf(trim(source, BOTH));
    expect(made.every((packet) => known.has(Buffer.from(packet).toString('hex')))).toBe(true);
  });

  it('begins at the cut itself where the pictures before it will go', () => {
    const source = recordingOf(aac(SIZES), () => 700);
    const cut = trim(source, { trimStart: offset(13), trimEnd: offset(OUT_PICTURE), othersAtCut: true });
    expectFrames(source, cut, ticksOf(13), ticksOf(OUT_PICTURE));
  });

  it('is not begun with the rest of a PES from before the bytes', () => {
    const rest = new TsBuilder();
    rest.pes(AUDIO.pid, filler(500), { pts: START_TICKS - SOUND_TICKS });
    const source = recordingOf(aac(SIZES), () => 700);
    const head = source.subarray(0, 2 * PACKET_BYTES);
    const whole = concatBytes([head, rest.build().subarray(PACKET_BYTES), source.subarray(2 * PACKET_BYTES)]);
    const cut = trim(whole, { trimStart: offset(0), trimEnd: offset(OUT_PICTURE) });
    const first = packetsOf(cut, AUDIO.pid)[0];
    expect(first[1] & 0x40).toBe(0x40);
    expectFrames(source, cut, START_TICKS, ticksOf(OUT_PICTURE));
  });

  it('gives a PES that had no time the time of its frame', () => {
    const sound = aac(SIZES);
    const builder = new TsBuilder().program(VIDEO, AUDIO);
    const all = pesOf(sound, () => 700);
    for (let picture = 0; picture < PICTURES; picture++) {
      const nals = picture % 10 === 0 ? [AUD, h264Sps(), h264Pps(), h264Slice({ type: 5 })] : [AUD, h264Slice()];
      builder.pes(VIDEO.pid, annexB(nals), { pts: ticksOf(picture), dts: ticksOf(picture), unbounded: true });
      const own = all.slice((picture * all.length) / PICTURES, ((picture + 1) * all.length) / PICTURES);
      // only every fifth has a stamp
      for (const [payload, pts] of own) {
        builder.pes(AUDIO.pid, payload, all.findIndex((each) => each[0] === payload) % 5 === 0 ? { pts } : {});
      }
    }
    const source = builder.build();
    expectFrames(source, trim(source, BOTH), ticksOf(IN_PICTURE), ticksOf(OUT_PICTURE));
  });

  it('ends by its stamps where no frames are found in it', () => {
    const noise = filler(300);
    const builder = new TsBuilder().program(VIDEO, AUDIO);
    for (let picture = 0; picture < PICTURES; picture++) {
      const nals = picture % 10 === 0 ? [AUD, h264Sps(), h264Pps(), h264Slice({ type: 5 })] : [AUD, h264Slice()];
      builder.pes(VIDEO.pid, annexB(nals), { pts: ticksOf(picture), dts: ticksOf(picture), unbounded: true });
      builder.pes(AUDIO.pid, noise, { pts: ticksOf(picture) });
    }
    const starts = packetsOf(trim(builder.build(), BOTH), AUDIO.pid).filter((packet) => (packet[1] & 0x40) !== 0);
    expect(starts).toHaveLength(OUT_PICTURE - IN_PICTURE);
  });

  it('does not hold the recording where the sound ends at the cut', () => {
    const builder = new TsBuilder().program(VIDEO, AUDIO);
    const key = [AUD, h264Sps(), h264Pps(), h264Slice({ type: 5 })];
    builder.pes(AUDIO.pid, adtsFrame(filler(100)).subarray(0, 60), { pts: START_TICKS, unbounded: true });
    const frame = annexB([AUD, h264Slice({ sizeBytes: 120_000 })]);
    builder.pes(VIDEO.pid, annexB(key), { pts: ticksOf(0), dts: ticksOf(0), unbounded: true });
    for (let picture = 1; picture < 100; picture++) {
      builder.pes(VIDEO.pid, frame, { pts: ticksOf(picture), dts: ticksOf(picture), unbounded: true });
    }
    const trimmer = new TsTrimmer({ mode: 'keyframe', trimStart: offset(0) });
    trimmer.startPiece();
    const before = trimmer.push(builder.build()).reduce((sum, chunk) => sum + chunk.length, 0);
    expect(builder.sizeBytes - before).toBeLessThan(200_000);
  });

  it('keeps the clock references that lie in packets of its own', () => {
    const source = withReferences(recordingOf(aac(SIZES), () => 700));
    const cut = trim(source, BOTH);
    expectFrames(source, cut, ticksOf(IN_PICTURE), ticksOf(OUT_PICTURE));
    const references = (bytes: Uint8Array): string[] =>
      packetsOf(bytes, AUDIO.pid).flatMap((packet) =>
        (packet[3] & 0x20) !== 0 && packet[4] >= 7 && (packet[5] & 0x10) !== 0
          ? [Buffer.from(packet.subarray(6, 12)).toString('hex')]
          : [],
      );
    const all = references(source);
    const kept = references(cut);
    const from = all.indexOf(kept[0]);
    expect(kept.length).toBeGreaterThan(10);
    expect(kept).toEqual(all.slice(from, from + kept.length));
  });
});

/** Before each audio packet a packet of its PID with a clock reference and no payload. */
const withReferences = (bytes: Uint8Array): Uint8Array => {
  let count = 0;
  return concatBytes(
    packetsOf(bytes).flatMap((packet) => {
      if (pidOf(packet, 0) !== AUDIO.pid) return [packet];
      const reference = new Uint8Array(PACKET_BYTES).fill(0xff);
      const counter = ((packet[3] & 0x0f) + 15) & 0x0f;
      reference.set([0x47, AUDIO.pid >> 8, AUDIO.pid & 0xff, 0x20 | counter, 183, 0x10, 0, 0, 0, count++, 0x7e, 0]);
      return [reference, packet];
    }),
  );
};

const packetsOf = (bytes: Uint8Array, pid?: number): Uint8Array[] =>
  Array.from({ length: bytes.length / PACKET_BYTES }, (_, index) =>
    bytes.subarray(index * PACKET_BYTES, (index + 1) * PACKET_BYTES),
  ).filter((packet) => pid === undefined || pidOf(packet, 0) === pid);
