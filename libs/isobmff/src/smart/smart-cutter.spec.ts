import { describe, expect, it } from '@jest/globals';
import { toLengthPrefixed, type VideoSample } from '@clipfleet/mpegts';
import type { SelectedSample } from '../cut/select.js';
import { audio, audioConfig, hevcConfig, video, videoConfig } from '../testing/samples.js';
import { SmartCutter, type SmartStep } from './smart-cutter.js';

const IDR = toLengthPrefixed([Uint8Array.of(0x65, 1)]);
const OTHER = toLengthPrefixed([Uint8Array.of(0x41, 1)]);
const FRAME_TICKS = 3000;

/** `I0 P3 b1 b2` …: kind and place in the presentation; `i` is a keyframe that does not begin anew. */
const pictures = (text: string): SelectedSample[] =>
  text.split(' ').map((name, index) => {
    const keyframe = /^[Ii]/.test(name);
    const data = name.startsWith('I') ? IDR : OTHER;
    const ptsTicks = Number(name.slice(1)) * FRAME_TICKS;
    return { sample: video((index - 2) * FRAME_TICKS, { ptsTicks, keyframe, data }), config: videoConfig() };
  });

const placesOf = (samples: readonly Pick<VideoSample, 'ptsTicks'>[]): number[] =>
  samples.map(({ ptsTicks }) => ptsTicks / FRAME_TICKS);
const told = (steps: SmartStep[]): unknown[] =>
  steps.map((step) =>
    step.kind === 'keep'
      ? step.item.sample.ptsTicks / FRAME_TICKS
      : { [step.job.edge]: placesOf(step.job.frames as VideoSample[]), from: placesOf(step.job.samples) },
  );

const hevcNal = (type: number): Uint8Array => toLengthPrefixed([Uint8Array.of(type << 1, 1, 0x80)]);
/** `K0` an IDR, `C3` a CRA, others refer to what was before. */
const hevcPictures = (text: string): SelectedSample[] =>
  text.split(' ').map((name, index) => {
    const data = hevcNal({ K: 19, C: 21 }[name[0]] ?? 1);
    const ptsTicks = Number(name.slice(1)) * FRAME_TICKS;
    const keyframe = /^[KC]/.test(name);
    return { sample: video((index - 2) * FRAME_TICKS, { ptsTicks, keyframe, data }), config: hevcConfig() };
  });

interface Edges {
  from?: number;
  to?: number;
  maxHeadFrames?: number;
}
const cut = (items: SelectedSample[], { from, to, maxHeadFrames = 1000 }: Edges): unknown[] => {
  const cutter = new SmartCutter({
    ...{ start: from !== undefined, end: to !== undefined },
    maxHeadTicks: maxHeadFrames * FRAME_TICKS,
  });
  if (from !== undefined) cutter.setStart({ runIndex: 0, ticks: from * FRAME_TICKS });
  if (to !== undefined) cutter.setEnd({ runIndex: 0, ticks: to * FRAME_TICKS });
  return told([...items.flatMap((item) => cutter.push(item)), ...cutter.finish()]);
};

describe('a smart cut', () => {
  const cases: [string, string, Edges, unknown[]][] = [
    ['nothing at the first picture of a GOP', 'I0 P2 b1 I3', { from: 0 }, [0, 2, 1, 3]],
    ['a head up to the next IDR', 'I0 P2 b1 I3 P4', { from: 1 }, [{ head: [1, 2], from: [0, 2, 1] }, 3, 4]],
    ['a head over a keyframe that is no IDR', 'I0 P1 i2 I3', { from: 1 }, [{ head: [1, 2], from: [0, 1, 2] }, 3]],
    ['a head that is the whole range', 'I0 P1 P2', { from: 1 }, [{ head: [1, 2], from: [0, 1, 2] }]],
    ['nothing behind what is shown in order', 'I0 P1 P2', { to: 3 }, [0, 1, 2]],
    ['a tail that needs a later picture', 'I0 P1 P4 b2 b3', { to: 3 }, [0, 1, { tail: [2], from: [0, 1, 4, 2, 3] }]],
    [
      'a tail before the keyframe of an open GOP',
      'I0 P1 i4 b2 b3',
      { to: 4 },
      [0, 1, { tail: [2, 3], from: [0, 1, 4, 2, 3] }],
    ],
    ['in and out in one GOP', 'I0 P4 b2 b1 b3', { from: 1, to: 3 }, [{ head: [1, 2], from: [0, 4, 2, 1, 3] }]],
    [
      'both edges, and what lies between them',
      'I0 P1 I2 P3 I4 P7 b5 b6',
      { from: 1, to: 6 },
      [{ head: [1], from: [0, 1] }, 2, 3, 4, { tail: [5], from: [4, 7, 5, 6] }],
    ],
    ['nothing, if less than a frame is asked for', 'I0 P2', { from: 1, to: 2 }, [0, 2]],
  ];
  it.each(cases)('has encoded: %s', (_name, text, edges, expected) => {
    expect(cut(pictures(text), edges)).toEqual(expected);
  });

  const hevcCases: [string, string, Edges, unknown[]][] = [
    ['a head up to the next IDR', 'K0 P2 b1 K3 P4', { from: 1 }, [{ head: [1, 2], from: [0, 2, 1, 3] }, 3, 4]],
    ['a head up to the next CRA', 'K0 P1 C2 P3', { from: 1 }, [{ head: [1], from: [0, 1, 2] }, 2, 3]],
    [
      'the leading pictures of an open GOP',
      'C0 P1 C4 b2 b3 P5 C7 b6',
      { from: 1 },
      [{ head: [1, 2, 3], from: [0, 1, 4, 2, 3] }, 4, 5, 7, 6],
    ],
    ['leading pictures at the end', 'C0 P1 C4 b2 b3', { from: 1 }, [{ head: [1, 2, 3], from: [0, 1, 4, 2, 3] }, 4]],
    ['nothing at a CRA, whose leading pictures go', 'C2 b0 b1 P3', { from: 2 }, [2, 3]],
    [
      'in and out before the keyframe of an open GOP',
      'C0 P1 C4 b2 b3',
      { from: 1, to: 3 },
      [{ head: [1, 2], from: [0, 1, 4, 2, 3] }],
    ],
    [
      'both edges of open GOPs',
      'C0 P1 C4 b2 b3 P5 C8 b6 b7',
      { from: 3, to: 7 },
      [{ head: [3], from: [0, 1, 4, 2, 3] }, 4, 5, { tail: [6], from: [4, 5, 8, 6, 7] }],
    ],
  ];
  it.each(hevcCases)('has of HEVC encoded: %s', (_name, text, edges, expected) => {
    expect(cut(hevcPictures(text), edges)).toEqual(expected);
  });

  it('makes a CRA a broken link, which is decoded where its last leading picture was', () => {
    const cutter = new SmartCutter({ start: true, end: false, maxHeadTicks: 90_000 });
    cutter.setStart({ runIndex: 0, ticks: FRAME_TICKS });
    const steps = hevcPictures('C0 P1 C4 b2 b3 P5').flatMap((item) => cutter.push(item));
    const [head, joined, behind] = steps;
    expect(head.kind === 'encode' && head.job.frames.map(({ dtsTicks }) => dtsTicks / FRAME_TICKS)).toEqual([-1, 0, 1]);
    expect(joined).toMatchObject({
      item: { sample: { ptsTicks: 4 * FRAME_TICKS, dtsTicks: 2 * FRAME_TICKS, data: hevcNal(18) } },
    });
    expect(behind).toMatchObject({ item: { sample: { ptsTicks: 5 * FRAME_TICKS, dtsTicks: 3 * FRAME_TICKS } } });
  });

  it('touches no IDR without leading pictures', () => {
    const items = hevcPictures('K0 P1 K2 P3');
    const cutter = new SmartCutter({ start: true, end: false, maxHeadTicks: 90_000 });
    cutter.setStart({ runIndex: 0, ticks: FRAME_TICKS });
    const steps = items.flatMap((item) => cutter.push(item));
    expect(steps.at(-2)).toEqual({ kind: 'keep', item: items[2] });
  });

  it('may not end where leading pictures may follow', () => {
    const cutter = new SmartCutter({ start: true, end: false, maxHeadTicks: 90_000 });
    cutter.setStart({ runIndex: 0, ticks: FRAME_TICKS });
    for (const item of hevcPictures('C0 P1 C4')) cutter.push(item);
    expect(cutter.isHeadOpen).toBe(true);
  });

  it('keeps the sound beside an edge', () => {
    const sound = { sample: audio(FRAME_TICKS), config: audioConfig() };
    const [first, ...rest] = pictures('I0 P1 I2');
    const cutter = new SmartCutter({ start: true, end: false, maxHeadTicks: 90_000 });
    cutter.setStart({ runIndex: 0, ticks: FRAME_TICKS });
    const steps = [first, sound, ...rest].flatMap((item) => cutter.push(item));
    expect(steps[0]).toMatchObject({ kind: 'encode', beside: [sound] });
  });

  it.each([
    ['no IDR within the limit', 'I0 P1 P2 P3 P4', { from: 1, maxHeadFrames: 3 }, /open GOPs/],
    ['pictures before the IDR behind the head', 'I0 P1 I4 b3', { from: 1 }, /before its first one/],
    ['a tail without the keyframe that it hangs on', 'P1 P4 b2', { to: 3 }, /inside a GOP/],
  ])('is refused by name: %s', (_name, text, edges, message) => {
    const call = (): unknown => cut(pictures(text), edges);
    expect(call).toThrow(
      expect.objectContaining({ code: 'edge-not-encodable', message: expect.stringMatching(message) }),
    );
  });
});
