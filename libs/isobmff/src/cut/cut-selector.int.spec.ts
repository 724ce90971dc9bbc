import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { mergeRanges } from '../merge/merge-ranges.js';
import { readMovie } from '../movie/read-movie.js';
import { RangeWriter } from '../range/range-writer.js';
import { decoderComplaints, framesOf } from '../testing/packets.js';
import { makeRecording, type Recipe, type Recording, X264 } from '../testing/recordings.js';
import { demuxRange, writeFile } from '../testing/stitch.js';
import { CutSelector, type MeasuredCut } from './cut-selector.js';
import type { SelectionMode } from './select.js';

const RECIPES: readonly Recipe[] = [
  { name: 'closed-gop' },
  { name: 'open-gop', video: [...X264, '-x264-params', 'open-gop=1'] },
  { name: 'ntsc', rate: '30000/1001' },
  {
    name: 'hevc',
    video: [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'],
      'keyint=60:min-keyint=60:scenecut=0:bframes=3:open-gop=1:log-level=none',
    ],
  },
];

/** Two seconds at 30 frames; with 30000/1001 the borders lie a little later, which only reads a segment more. */
const SEGMENT_TICKS = 180_000;

/** What any decoder says that starts at a keyframe inside open-GOP H.264: marks for pictures it never got. */
const OPEN_GOP_NOTICE = /\[h264 @ \w+\] mmco: unref short failure\n(\s+Last message repeated \d+ times\n)?/g;

interface Clip {
  readonly file: string;
  readonly measured: MeasuredCut;
  /** PTS of the keyframe the file begins with. */
  readonly keyTicks: number;
}

describe('a cut, against the frames of its source', () => {
  let root = '';
  const recordings = new Map<string, Recording>();
  const sources = new Map<string, { pts: number; hash: string }[]>();

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'clipfleet-cut-'));
    for (const recipe of RECIPES) {
      recordings.set(recipe.name, await makeRecording(root, recipe));
      sources.set(recipe.name, await framesOf(path.join(root, recipe.name, 'whole.ts')));
    }
  });

  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  /** In and out in ticks after the source's first frame; one range, or one for each segment that is touched. */
  function cut(name: string, mode: SelectionMode, span: [number, number], division: 'one' | 'many'): Clip {
    const all = recordings.get(name)?.segments ?? [];
    const firstPts = firstPtsOf(all);
    // Open GOP: the last pictures before a border come after the keyframe behind it.
    const segments = all.slice(Math.floor(span[0] / SEGMENT_TICKS), Math.ceil((span[1] + 15_000) / SEGMENT_TICKS));
    const start = { runIndex: 0, ticks: firstPts + span[0] };
    const end = { runIndex: 0, ticks: firstPts + span[1] };
    const perRange = division === 'one' ? segments.length : 1;
    const ranges: { payload: Uint8Array[]; report: ReturnType<RangeWriter['finish']>['report'] }[] = [];
    const measured: MeasuredCut[] = [];
    let keyTicks: number | undefined;
    for (let i = 0; i < segments.length; i += perRange) {
      const isLast = i + perRange >= segments.length;
      const selector = new CutSelector({ mode, ...(i === 0 && { start }), ...(isLast && { end }) });
      const writer = new RangeWriter();
      const payload: Uint8Array[] = [];
      const write = ({ sample, config }: ReturnType<CutSelector['push']>[number]): void => {
        if (sample.kind === 'video') keyTicks ??= sample.ptsTicks;
        payload.push(...writer.push(sample, config));
      };
      demuxRange(segments.slice(i, i + perRange), segments.slice(i + perRange), (sample, config) =>
        selector.push(sample, config).forEach(write),
      );
      selector.finish().forEach(write);
      const finished = writer.finish(selector.shown);
      ranges.push({ payload: [...payload, ...finished.payload], report: finished.report });
      measured.push(selector.measured);
    }
    const file = path.join(root, `${name}-${mode}-${span.join('-')}-${division}.mp4`);
    const header = mergeRanges(
      ranges.map(({ report }) => report),
      { container: 'mp4' },
    );
    writeFile(file, header.headerBytes, ranges);
    const videoFrameCount = measured.reduce((sum, each) => sum + (each.videoFrameCount ?? 0), 0);
    return { file, measured: { ...measured[0], ...measured.at(-1), videoFrameCount }, keyTicks: keyTicks ?? -1 };
  }

  function firstPtsOf(segments: Recording['segments']): number {
    let first: number | undefined;
    demuxRange(segments.slice(0, 1), segments.slice(1), (sample) => {
      if (sample.kind === 'video') first ??= sample.ptsTicks;
    });
    return first ?? -1;
  }

  const SPANS: [number, number][] = [
    [0, 180_000],
    [93_000, 96_000],
    [100_000, 270_000],
    [180_000, 360_000],
    [181_500, 463_333],
    [300_000, 540_000],
  ];
  const cases = RECIPES.flatMap(({ name }) =>
    SPANS.flatMap((span) => (['one', 'many'] as const).map((n) => ({ name, span, n }))),
  );

  it.each(cases)(
    '$name exactly from $span in $n range(s) shows the frames with in <= pts < out',
    async ({ name, span, n }) => {
      const clip = cut(name, 'exact', span, n);
      const all = sources.get(name) ?? [];
      const base = all[0].pts;
      const expected = all.filter(({ pts }) => pts - base >= span[0] && pts - base < span[1]);
      const shown = await framesOf(clip.file);
      expect(shown.map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash));
      expect(shown.map(({ pts }) => pts)).toEqual(expected.map(({ pts }) => pts - expected[0].pts));
      expect(clip.measured.videoFrameCount).toBe(expected.length);
      expect(clip.measured.startDeltaTicks).toBe(expected[0].pts - base - span[0]);
      const next = all.find(({ pts }) => pts - base >= span[1])?.pts;
      if (n === 'one' && next !== undefined) expect(clip.measured.endDeltaTicks).toBe(next - base - span[1]);
      expect((await decoderComplaints(clip.file)).replace(OPEN_GOP_NOTICE, '')).toBe('');
    },
  );

  it.each(RECIPES.map(({ name }) => name))(
    '%s from the last keyframe before in shows nothing before it',
    async (name) => {
      const clip = cut(name, 'keyframe', [250_000, 400_000], 'one');
      const all = sources.get(name) ?? [];
      const shown = await framesOf(clip.file);
      const from = all.findIndex(({ hash }) => hash === shown[0].hash);
      expect(all[from].pts - all[0].pts).toBeLessThanOrEqual(250_000);
      const expected = all.slice(from).filter(({ pts }) => pts - all[0].pts < 400_000);
      expect(shown.map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash));
      expect(clip.measured.startDeltaTicks).toBe(all[from].pts - all[0].pts - 250_000);
      expect((await decoderComplaints(clip.file)).replace(OPEN_GOP_NOTICE, '')).toBe('');
    },
  );

  it('plays audio for as long as video, from the same instant', async () => {
    const { file } = cut('closed-gop', 'exact', [100_000, 270_000], 'one');
    const movie = readMovie(new Uint8Array(await readFile(file)));
    const [video, audio] = movie.tracks;
    // In lies between two frames: the first shown is 2,000 ticks later, the last ends with the frame grid.
    expect(video.edits).toEqual([{ duration: 168_000, mediaTime: expect.any(Number) }]);
    expect(audio.edits).toEqual([{ duration: 168_000, mediaTime: expect.any(Number) }]);
    expect(audio.edits[0].mediaTime).toBeGreaterThanOrEqual(2 * 1024);
    expect(movie.duration).toBe(168_000);
  });

  it('is a file that mp4box.js parses', async () => {
    const { file } = cut('closed-gop', 'exact', [100_000, 270_000], 'many');
    const complaints: string[] = [];
    const parser = createFile();
    parser.onError = (_module: string, message: string) => complaints.push(message);
    const ready = new Promise<{ tracks: { codec: string; nb_samples: number }[] }>((resolve) => {
      parser.onReady = resolve;
    });
    const bytes = await readFile(file);
    const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    parser.appendBuffer(MP4BoxBuffer.fromArrayBuffer(copy, 0));
    parser.flush();
    const info = await ready;
    expect(info.tracks.map(({ codec }) => codec.slice(0, 4))).toEqual(['avc1', 'mp4a']);
    expect(complaints).toEqual([]);
  });
});
