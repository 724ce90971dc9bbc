import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concatBytes } from '../bytes.js';
import { probeHead } from '../probe/probe-head.js';
import { CLOCK_WRAP_TICKS } from '../rebase/stamps.js';
import { demuxAll } from '../testing/collect.js';
import type { Recipe } from '../testing/media.js';
import { decode, makeScratch, makeSegments, makeTs, removeScratch } from '../testing/media.js';
import { repackAudio } from '../testing/repack-audio.js';
import type { MeasuredTrim } from './ts-trimmer.js';
import { TsTrimmer } from './ts-trimmer.js';

const CHUNK_BYTES = 10_000;
const FRAME_TICKS = 3000;

let scratch: string;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => removeScratch(scratch));

/** Cuts from half a second into the second segment to 0.3 s into the last one. */
const IN_TICKS = 45_000;
const OUT_TICKS = 27_000;

const trim = (segments: Uint8Array[], inTicks = IN_TICKS): { bytes: Uint8Array; measured: MeasuredTrim } => {
  const trimmer = new TsTrimmer({
    mode: 'keyframe',
    trimStart: { pieceIndex: 1, offsetTicks: inTicks },
    trimEnd: { pieceIndex: segments.length - 1, offsetTicks: OUT_TICKS },
  });
  const output: Uint8Array[] = [];
  for (const segment of segments) {
    trimmer.startPiece();
    for (let at = 0; at < segment.length && !trimmer.isComplete; at += CHUNK_BYTES) {
      output.push(...trimmer.push(segment.subarray(at, at + CHUNK_BYTES)));
    }
  }
  output.push(...trimmer.flush());
  return { bytes: concatBytes(output), measured: trimmer.measured };
};

const startOf = (segment: Uint8Array): number => {
  const { segmentStartTicks } = probeHead(segment);
  if (segmentStartTicks === undefined) throw new Error('the segment has no start');
  return segmentStartTicks;
};

const since = (origin: number, ticks: number): number => (ticks - origin + CLOCK_WRAP_TICKS) % CLOCK_WRAP_TICKS;

describe('TsTrimmer', () => {
  it.each<Recipe>(['h264, aac', 'mpeg2video, mp2', 'h264 over the wrap of the clock, aac'])(
    'cuts %s so that it decodes without a complaint',
    async (recipe) => {
      const segments = await makeSegments(await makeTs(scratch, recipe));
      const { bytes, measured } = trim(segments);
      const file = path.join(scratch, 'cut.ts');
      await writeFile(file, bytes);
      const { ptsTicks, complaints } = await decode(file);
      expect(complaints).toBe('');
      const first = startOf(segments[1]);
      const length = since(first, startOf(segments.at(-1) ?? new Uint8Array(0))) + OUT_TICKS;
      const shown = ptsTicks.map((ticks) => since(first, ticks)).filter((ticks) => ticks < length);
      // From the keyframe to the cut, no frame is missing.
      const from = IN_TICKS + (measured.startDeltaTicks ?? Number.NaN);
      expect(from).toBeLessThanOrEqual(IN_TICKS);
      const frames = Math.ceil((length - from) / FRAME_TICKS);
      expect(shown.filter((ticks) => ticks >= from)).toEqual(
        Array.from({ length: frames }, (_, index) => from + index * FRAME_TICKS),
      );
      expect(measured.videoFrameCount).toBeGreaterThanOrEqual(frames);
    },
  );

  it.each<Recipe>(['h264 of open GOPs, ac3', 'hevc of open GOPs, eac3'])(
    'begins %s with its keyframe and ends audio at the cut',
    async (recipe) => {
      const segments = await makeSegments(await makeTs(scratch, recipe));
      const { bytes, measured } = trim(segments);
      const { samples, demuxer } = demuxAll(bytes);
      expect(demuxer.warnings).toEqual([]);
      const video = samples.filter(({ kind }) => kind === 'video');
      const audio = samples.filter(({ kind }) => kind === 'audio');
      const origin = startOf(segments[1]);
      expect(video[0].keyframe).toBe(true);
      expect(video[0].ptsTicks - origin - IN_TICKS).toBe(measured.startDeltaTicks);
      expect(measured.startDeltaTicks).toBeLessThanOrEqual(0);
      expect(audio[0].ptsTicks).toBeGreaterThanOrEqual(video[0].ptsTicks);
      expect(audio[0].ptsTicks - video[0].ptsTicks).toBeLessThan(20_000);
      const out = startOf(segments.at(-1) ?? new Uint8Array(0)) + OUT_TICKS;
      expect(Math.max(...audio.filter(({ stamped }) => stamped).map(({ ptsTicks }) => ptsTicks))).toBeLessThan(out);
    },
  );

  it.each<Recipe>(['h264, aac', 'h264 of open GOPs, ac3', 'hevc of open GOPs, eac3', 'mpeg2video, mp2'])(
    'cuts %s at whole audio frames where PES begin within them',
    async (recipe) => {
      const segments = await makeSegments(await makeTs(scratch, recipe));
      const source = concatBytes(segments);
      const audioPid = demuxAll(source).samples.find(({ kind }) => kind === 'audio')!.pid;
      const { bytes } = trim([segments[0], repackAudio(concatBytes(segments.slice(1)), audioPid)], 0);
      const file = path.join(scratch, 'loose.ts');
      await writeFile(file, bytes);
      // leading pictures of an open GOP that the video begins with are another matter
      expect((await decode(file)).complaints.replaceAll(/^\[h264 .*\n/gm, '')).toBe('');
      const { samples, demuxer } = demuxAll(bytes);
      expect(demuxer.warnings).toEqual([]);
      const from = samples.find(({ kind }) => kind === 'video')!.ptsTicks;
      const to = startOf(segments[1]) + OUT_TICKS;
      const told = (all: typeof samples): string[] =>
        all.flatMap(({ kind, ptsTicks, data }) => (kind === 'audio' ? [`${ptsTicks} ${data.length}`] : []));
      const inside = demuxAll(source).samples.filter(({ ptsTicks }) => ptsTicks >= from && ptsTicks < to);
      expect(told(samples)).toEqual(told(inside));
    },
  );
});
