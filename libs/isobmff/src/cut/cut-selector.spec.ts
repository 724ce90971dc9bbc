import { describe, expect, it } from '@jest/globals';
import type { DemuxedSample } from '@clipfleet/mpegts';
import { audio, audioConfig, audioFrames, interleave, video, videoConfig, videoFrames } from '../testing/samples.js';
import { CutSelector, type CutSelectorOptions } from './cut-selector.js';

const V = videoConfig();
const A = audioConfig();

function select(options: CutSelectorOptions, samples: DemuxedSample[], selector = new CutSelector(options)) {
  const kept = [
    ...samples.flatMap((sample) => selector.push(sample, sample.kind === 'video' ? V : A)),
    ...selector.finish(),
  ].map(({ sample }) => sample);
  const ticksOf = (kind: 'video' | 'audio'): number[] => kept.filter((s) => s.kind === kind).map((s) => s.ptsTicks);
  return { selector, kept, video: ticksOf('video'), audio: ticksOf('audio') };
}

const at = (ticks: number, runIndex = 0) => ({ ticks, runIndex });
const recording = interleave<DemuxedSample>(videoFrames(90, 30), audioFrames(141));

describe('cut selector', () => {
  it('passes everything when nothing is cut', () => {
    expect(select({ mode: 'exact' }, recording).kept).toEqual(recording);
  });

  it('starts with the last keyframe at or before in, and audio with two priming frames', () => {
    const cut = select({ mode: 'exact', start: at(100_000) }, recording);
    expect(cut.video[0]).toBe(90_000);
    // The frame that reaches 100,000 starts at 99,840.
    expect(cut.audio[0]).toBe(99_840 - 2 * 1920);
    expect(cut.selector.shown).toEqual({ startTicks: 102_000 });
    expect(cut.selector.measured).toEqual({ startDeltaTicks: 2000, videoFrameCount: 90 - 34 });
  });

  it.each([
    ['exactly at a keyframe', 90_000, 90_000],
    ['just before a keyframe', 89_999, 0],
    ['at the first frame', 0, 0],
    ['before the first frame', -5000, 0],
    ['in the last frames', 268_000, 180_000],
  ])('finds the keyframe %s', (_name, inTicks, keyTicks) => {
    expect(select({ mode: 'exact', start: at(inTicks) }, recording).video[0]).toBe(keyTicks);
  });

  it('shows from the keyframe in keyframe mode', () => {
    const { selector } = select({ mode: 'keyframe', start: at(100_000), end: at(120_000) }, recording);
    expect(selector.shown).toEqual({ startTicks: 90_000, endTicks: 120_000 });
    expect(selector.measured).toEqual({ startDeltaTicks: -10_000, endDeltaTicks: 0, videoFrameCount: 10 });
  });

  it('ends with the last frame shown before out', () => {
    const cut = select({ mode: 'exact', start: at(0), end: at(100_000) }, recording);
    expect(cut.video.at(-1)).toBe(99_000);
    expect(cut.audio.at(-1)).toBe(99_840);
    expect(cut.selector.shown).toEqual({ startTicks: 0, endTicks: 102_000 });
    expect(cut.selector.done).toBe(true);
  });

  it('keeps a later picture only if an earlier one needs it', () => {
    // Decoded I P B P B, shown I B P B P; out lies before the last B.
    const pictures = [
      video(0, { keyframe: true, ptsTicks: 3000 }),
      video(3000, { ptsTicks: 9000 }),
      video(6000, { ptsTicks: 6000 }),
      video(9000, { ptsTicks: 15_000 }),
      video(12_000, { ptsTicks: 12_000 }),
    ];
    const shownUntil = (out: number) => select({ mode: 'exact', end: at(out) }, pictures).video;
    expect(shownUntil(15_000)).toEqual([3000, 9000, 6000, 15_000, 12_000]);
    expect(shownUntil(12_000)).toEqual([3000, 9000, 6000]);
    expect(shownUntil(9000)).toEqual([3000, 9000, 6000]);
    expect(shownUntil(6000)).toEqual([3000]);
  });

  it('leaves out pictures that precede the keyframe in presentation', () => {
    const openGop = [
      ...videoFrames(2, 30),
      video(6000, { keyframe: true, ptsTicks: 15_000 }),
      video(9000, { ptsTicks: 9000 }),
      video(12_000, { ptsTicks: 12_000 }),
      video(15_000, { ptsTicks: 18_000 }),
    ];
    expect(select({ mode: 'exact', start: at(15_000) }, openGop).video).toEqual([15_000, 18_000]);
    expect(select({ mode: 'exact', start: at(12_000) }, openGop).video).toEqual([
      0, 3000, 15_000, 9000, 12_000, 18_000,
    ]);
  });

  it('starts later when no keyframe comes before in', () => {
    const late = videoFrames(40, 30).map((sample, i) => ({ ...sample, keyframe: i === 20 }));
    const cut = select({ mode: 'exact', start: at(30_000) }, interleave<DemuxedSample>(late, audioFrames(60)));
    expect(cut.video[0]).toBe(60_000);
    expect(cut.audio[0]).toBe(59_520 - 2 * 1920);
    expect(cut.selector.measured.startDeltaTicks).toBe(30_000);
  });

  it('takes the lead for its last keyframe alone, until in is known', () => {
    const selector = new CutSelector({ mode: 'exact', start: 'pending' });
    const lead = recording.filter(({ dtsTicks }) => dtsTicks < 120_000);
    expect(lead.flatMap((sample) => selector.push(sample, sample.kind === 'video' ? V : A))).toEqual([]);
    selector.setStart(at(130_000));
    const rest = recording.filter(({ dtsTicks }) => dtsTicks >= 120_000);
    expect(select({ mode: 'exact' }, rest, selector).video[0]).toBe(90_000);
  });

  it.each([
    ['exact', 100_000],
    ['keyframe', 99_840],
  ] as const)('cuts a recording without video (%s)', (mode, startTicks) => {
    const { audio, selector } = select({ mode, start: at(100_000), end: at(150_000) }, audioFrames(300));
    expect(audio[0]).toBe(99_840 - 2 * 1920);
    expect(audio.at(-1)).toBe(149_760);
    expect(selector.shown).toEqual({ startTicks, endTicks: 150_000 });
  });

  it('applies in to its run and out to its own', () => {
    const second = interleave<DemuxedSample>(
      videoFrames(60, 30, 5_000_000, { runIndex: 1 }),
      audioFrames(90, 5_000_000, { runIndex: 1 }),
    );
    const cut = select({ mode: 'exact', start: at(180_000), end: at(5_090_000, 1) }, [...recording, ...second]);
    expect(cut.video[0]).toBe(180_000);
    expect(cut.video.at(-1)).toBe(5_087_000);
    expect(cut.selector.shown).toEqual({ startTicks: 180_000, endTicks: 5_090_000 });
    expect(cut.selector.measured.videoFrameCount).toBe(30 + 30);
  });

  it('shows what is there when less than a frame is asked for', () => {
    const { selector } = select({ mode: 'exact', start: at(100_000), end: at(100_001) }, recording);
    expect(selector.shown).toEqual({ startTicks: 100_000, endTicks: 100_001 });
    expect(selector.measured.videoFrameCount).toBe(0);
  });

  it('ends one frame after the last where the source has a hole', () => {
    const holed = [...videoFrames(10, 30), ...videoFrames(10, 30, 300_000)];
    expect(select({ mode: 'exact', end: at(28_000) }, holed).selector.shown.endTicks).toBe(30_000);
    expect(select({ mode: 'exact', end: at(100_000) }, holed).selector.shown.endTicks).toBe(100_000);
  });

  it('shows the only picture of a range up to out, since nothing there tells how long it is', () => {
    const { selector } = select({ mode: 'exact', end: at(52_000) }, [video(45_000)]);
    expect(selector.shown).toEqual({ endTicks: 52_000 });
    expect(selector.measured).toEqual({ endDeltaTicks: 0, videoFrameCount: 1 });
  });

  it('reports an end before out when the source ends before', () => {
    const { selector } = select({ mode: 'exact', end: at(400_000) }, recording);
    expect(selector.measured.endDeltaTicks).toBe(270_000 - 400_000);
    expect(selector.done).toBe(false);
  });

  it('holds no more than a GOP before in', () => {
    const selector = new CutSelector({ mode: 'exact', start: at(10 ** 9) });
    let passed = 0;
    for (const sample of interleave<DemuxedSample>(videoFrames(3000, 30), audioFrames(4000))) {
      passed += selector.push(sample, sample.kind === 'video' ? V : A).length;
    }
    expect(passed).toBe(0);
    expect(selector.finish().length).toBeLessThan(30 + 100);
  });

  it('keeps a second audio track aligned by itself', () => {
    const other = audioFrames(141, 700, { pid: 300 });
    const { kept } = select({ mode: 'exact', start: at(100_000) }, interleave<DemuxedSample>(recording, other));
    const first = kept.find(({ pid }) => pid === 300);
    expect(first).toEqual(audio(700 + 49 * 1920, { pid: 300 }));
  });
});
