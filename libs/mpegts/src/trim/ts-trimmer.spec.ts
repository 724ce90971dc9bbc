import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concatBytes } from '../bytes.js';
import { cutAt, demuxAll } from '../testing/collect.js';
import { adtsFrame, filler } from '../testing/es-samples.js';
import { AUDIO, FRAME_TICKS, RecordingBuilder, VIDEO } from '../testing/recording-builder.js';
import { TsBuilder } from '../testing/ts-builder.js';
import type { MeasuredTrim, TsTrimmerOptions } from './ts-trimmer.js';
import { TsTrimmer } from './ts-trimmer.js';

interface Trimmed {
  bytes: Uint8Array;
  /** Presentation order numbers of the pictures, in decode order. */
  video: number[];
  audio: number[];
  measured: MeasuredTrim;
}

interface Piece {
  bytes: Uint8Array;
  newRun?: boolean;
}

const at = (pieceIndex: number, frames: number): { pieceIndex: number; offsetTicks: number } => ({
  pieceIndex,
  offsetTicks: frames * FRAME_TICKS,
});

const trim = (pieces: Piece[], options: Partial<TsTrimmerOptions>, cuts: number[] = []): Trimmed => {
  const trimmer = new TsTrimmer({ mode: 'keyframe', ...options });
  const output: Uint8Array[] = [];
  for (const { bytes, newRun = false } of pieces) {
    trimmer.startPiece({ newRun });
    for (const chunk of cutAt(bytes, cuts)) output.push(...trimmer.push(chunk));
  }
  output.push(...trimmer.flush());
  const bytes = concatBytes(output);
  const { samples } = demuxAll(bytes);
  const framesOf = (pid: number): number[] =>
    samples.filter((sample) => sample.pid === pid && sample.stamped).map(({ ptsTicks }) => ptsTicks / FRAME_TICKS);
  return { bytes, video: framesOf(VIDEO.pid), audio: framesOf(AUDIO.pid), measured: trimmer.measured };
};

/** Three pieces with a keyframe every four pictures, B pictures between. */
const closed = (audio?: boolean): Piece[] => {
  const builder = new RecordingBuilder({ firstDtsFrame: 100, ...(audio === true && { audio }) });
  return [
    { bytes: builder.piece('K101', 'P103', 'B102', 'P104', 'K105', 'P107', 'B106', 'P108') },
    { bytes: builder.piece('K109', 'P111', 'B110', 'P112', 'K113', 'P115', 'B114', 'P116') },
    { bytes: builder.piece('K117', 'P119', 'B118', 'P120', 'K121', 'P123', 'B122', 'P124') },
  ];
};

describe('TsTrimmer, at the start', () => {
  it.each([
    ['the first picture of a piece', 0, 109, 0],
    ['a picture behind it', 3, 109, -3],
    ['a keyframe within the piece', 4, 113, 0],
    ['a picture behind that', 5, 113, -1],
  ])('begins with the last keyframe at or before %s', (_, offset, first, delta) => {
    const { video, measured, bytes } = trim(closed(), { trimStart: at(1, offset) });
    expect(video[0]).toBe(first);
    expect(video.at(-1)).toBe(124);
    expect(measured).toEqual({ startDeltaTicks: delta * FRAME_TICKS, videoFrameCount: 124 - first + 1 });
    // PAT, PMT, then the keyframe's PES
    expect([0, 1, 2].map((packet) => ((bytes[packet * 188 + 1] & 0x1f) << 8) | bytes[packet * 188 + 2])).toEqual([
      ...[0, 0x1000, VIDEO.pid],
    ]);
  });

  it('finds the keyframe in the lead when the piece begins without one', () => {
    const builder = new RecordingBuilder();
    const pieces = [
      { bytes: builder.piece('K101', 'P102', 'K103', 'P104') },
      { bytes: builder.piece('P105', 'P106', 'K107', 'P108') },
    ];
    const { video, measured } = trim(pieces, { trimStart: at(1, 1) });
    expect(video).toEqual([103, 104, 105, 106, 107, 108]);
    expect(measured.startDeltaTicks).toBe(-3 * FRAME_TICKS);
  });

  it('does not take the keyframe of the lead that is presented behind the cut', () => {
    const builder = new RecordingBuilder();
    const pieces = [
      { bytes: builder.piece('K101', 'P102', 'P103', 'R106') },
      { bytes: builder.piece('B104', 'B105', 'P107', 'P108') },
    ];
    // The piece starts with picture 104.
    const { video, measured } = trim(pieces, { trimStart: at(1, 1) });
    expect(video[0]).toBe(101);
    expect(measured.startDeltaTicks).toBe(-4 * FRAME_TICKS);
  });

  it('keeps the leading pictures of an open GOP but does not count them', () => {
    const builder = new RecordingBuilder();
    const pieces = [{ bytes: builder.piece('K101', 'P102', 'R105', 'B103', 'B104', 'P106') }];
    const { video, measured } = trim(pieces, { trimStart: at(0, 4) });
    expect(video).toEqual([105, 103, 104, 106]);
    expect(measured).toEqual({ startDeltaTicks: 0, videoFrameCount: 2 });
  });

  it('begins with the first keyframe when the cut lies before it', () => {
    const pieces = [{ bytes: new RecordingBuilder().piece('P100', 'P101', 'K102', 'P103') }];
    const { video, measured } = trim(pieces, { trimStart: at(0, 1) });
    expect(video).toEqual([102, 103]);
    expect(measured.startDeltaTicks).toBe(FRAME_TICKS);
  });

  it('begins with the last keyframe when the cut lies behind everything', () => {
    const { video } = trim(closed(), { trimStart: at(2, 500) });
    expect(video).toEqual([121, 123, 122, 124]);
  });

  it('begins other streams with their first PES presented at or after the keyframe, wherever it lies', () => {
    const { audio } = trim(closed(true), { trimStart: at(1, 4) });
    expect(audio[0]).toBe(113);
    const builder = new RecordingBuilder({ audio: 'declared' });
    const before = builder.piece('K101', 'P102');
    const ahead = new TsBuilder().pes(AUDIO.pid, adtsFrame(filler(30)), { pts: 113 * FRAME_TICKS }).build();
    const early = trim([{ bytes: concatBytes([before, ahead, builder.piece('P103', 'K113', 'P114')]) }], {
      trimStart: at(0, 12),
    });
    expect(early.audio).toEqual([113]);
  });

  it('refuses a recording without any keyframe', () => {
    const pieces = [{ bytes: new RecordingBuilder().piece('P100', 'P101', 'P102') }];
    expect(() => trim(pieces, { trimStart: at(0, 1) })).toThrow(expect.objectContaining({ code: 'no-keyframe' }));
  });

  it('refuses a cut in a piece without times', () => {
    const [first] = closed();
    expect(() => trim([first, { bytes: new Uint8Array(0) }], { trimStart: at(1, 1) })).toThrow(
      expect.objectContaining({ code: 'no-clock', details: { pieceIndex: 1 } }),
    );
  });

  it('does not reach back over a discontinuity', () => {
    const pieces = closed();
    const { video } = trim([pieces[0], { ...pieces[1], newRun: true }], { trimStart: at(1, 2) });
    expect(video[0]).toBe(109);
  });
});

describe('TsTrimmer, at the end', () => {
  it.each([
    // pieces begin with picture 117; decode order 117 119 118 120
    ['before the second picture', 1, [117], 0],
    ['before a picture that others wait for', 2, [117, 119, 118], 1],
    ['behind it', 3, [117, 119, 118], 0],
    ['between two pictures', 3.5, [117, 119, 118, 120], 0.5],
  ])('stops %s', (_, offset, video, delta) => {
    const [, , last] = closed();
    const trimmed = trim([last], { trimEnd: at(0, offset) });
    expect(trimmed.video).toEqual(video);
    expect(trimmed.measured).toEqual({ endDeltaTicks: delta * FRAME_TICKS, videoFrameCount: video.length });
  });

  it.each([[[]], [[50]], [[50, 111, 130]]])(
    'begins with the rest of a packet that the part before has begun, in chunks %j',
    (cuts) => {
      const [, before, last] = closed();
      const rest = before.bytes.subarray(-111);
      const { bytes, video } = trim([{ bytes: concatBytes([rest, last.bytes]) }], { trimEnd: at(0, 3) }, cuts);
      expect(bytes.subarray(0, 111)).toEqual(rest);
      expect(bytes[111]).toBe(0x47);
      expect(video).toEqual([117, 119, 118]);
    },
  );

  it('keeps audio that is presented before the cut though it comes behind the last picture', () => {
    const [, , last] = closed(true);
    const { audio } = trim([last], { trimEnd: at(0, 3) });
    // DTS of the piece start at 116; the cut lies at 120.
    expect(audio).toEqual([116, 117, 118, 119]);
  });

  it('passes everything when the cut lies behind the end', () => {
    const pieces = closed(true);
    const { bytes, measured } = trim(pieces, { trimEnd: at(2, 100) });
    expect(bytes).toEqual(concatBytes(pieces.map((piece) => piece.bytes)));
    expect(measured).toEqual({ endDeltaTicks: (125 - 217) * FRAME_TICKS, videoFrameCount: 24 });
  });

  it('tells when the rest need not be read', () => {
    const trimmer = new TsTrimmer({ mode: 'keyframe', trimEnd: at(0, 2) });
    const builder = new RecordingBuilder({ audio: true });
    trimmer.startPiece();
    trimmer.push(builder.piece('K101', 'P102', 'P103'));
    expect(trimmer.isComplete).toBe(false);
    trimmer.push(builder.piece('P104', 'P105'));
    expect(trimmer.isComplete).toBe(true);
  });
});

describe('TsTrimmer, where another part goes on', () => {
  it.each([
    [true, 100],
    [false, 0],
  ])('ends (goesOn: %s) with %d bytes of the packet that is begun', (goesOn, restBytes) => {
    const [{ bytes }] = closed();
    const trimmer = new TsTrimmer({ mode: 'keyframe', trimStart: at(0, 0), goesOn });
    trimmer.startPiece();
    const whole = 5 * 188;
    const made = concatBytes([...trimmer.push(bytes.subarray(0, whole + 100)), ...trimmer.flush()]);
    expect(made.length % 188).toBe(restBytes);
    expect(made.subarray(made.length - restBytes)).toEqual(bytes.subarray(whole, whole + restBytes));
  });
});

describe('TsTrimmer', () => {
  it('cuts both ends of one piece', () => {
    const [, piece] = closed(true);
    const { video, audio, measured } = trim([piece], { trimStart: at(0, 5), trimEnd: at(0, 7) });
    expect(video).toEqual([113, 115, 114]);
    expect(audio).toEqual([113, 114, 115]);
    expect(measured).toEqual({ startDeltaTicks: -FRAME_TICKS, endDeltaTicks: 0, videoFrameCount: 3 });
  });

  it('lets whole segments pass and measures them', () => {
    const pieces = closed(true).slice(0, 2);
    const { bytes, measured } = trim(pieces, { mode: 'segment', trimStart: at(0, 2), trimEnd: at(1, 6) });
    expect(bytes).toEqual(concatBytes(pieces.map((piece) => piece.bytes)));
    expect(measured).toEqual({
      startDeltaTicks: -2 * FRAME_TICKS,
      endDeltaTicks: 2 * FRAME_TICKS,
      videoFrameCount: 16,
    });
  });

  it('cuts a program without video at audio frames', () => {
    const builder = new TsBuilder().program(AUDIO);
    for (let frame = 100; frame < 110; frame++) {
      builder.pes(AUDIO.pid, adtsFrame(filler(50)), { pts: frame * FRAME_TICKS });
    }
    const { audio, measured } = trim([{ bytes: builder.build() }], { trimStart: at(0, 2.5), trimEnd: at(0, 6) });
    expect(audio).toEqual([102, 103, 104, 105]);
    expect(measured).toEqual({ startDeltaTicks: -FRAME_TICKS / 2, endDeltaTicks: 0 });
  });

  it('cuts the same however the bytes are chunked', () => {
    const pieces = closed(true);
    const options = { trimStart: at(1, 5), trimEnd: at(2, 2) };
    const whole = trim(pieces, options);
    expect(whole.video).toEqual([113, 115, 114, 116, 117, 119, 118]);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) => {
        const again = trim(pieces, options, cuts);
        expect(Buffer.compare(again.bytes, whole.bytes)).toBe(0);
        expect(again.measured).toEqual(whole.measured);
      }),
    );
  });

  it('goes on over a discontinuity and measures the end on the last clock', () => {
    const pieces = closed(true);
    const other = new RecordingBuilder({ firstDtsFrame: 9, audio: true }).piece('K10', 'P12', 'B11', 'P13');
    const { video, measured } = trim([pieces[0], { bytes: other, newRun: true }], {
      ...{ trimStart: at(0, 4), trimEnd: at(1, 2) },
    });
    expect(video).toEqual([105, 107, 106, 108, 10, 12, 11]);
    expect(measured.endDeltaTicks).toBe(FRAME_TICKS);
  });
});
