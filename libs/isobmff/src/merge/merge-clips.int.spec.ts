import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CutSelector } from '../cut/cut-selector.js';
import type { SelectionMode } from '../cut/select.js';
import { RangeWriter } from '../range/range-writer.js';
import { decodeRangeReport } from '../report/decode-report.js';
import { encodeRangeReport } from '../report/encode-report.js';
import { decoderComplaints, framesOf } from '../testing/packets.js';
import { AAC, makeRecording, type Recipe, type Recording, X264 } from '../testing/recordings.js';
import { runTool } from '../testing/run-tool.js';
import { demuxRange, type StitchedRange, writeFile } from '../testing/stitch.js';
import { mergeRanges } from './merge-ranges.js';

const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'];
const RECIPES: readonly Recipe[] = [
  { name: 'small', noise: 10 },
  { name: 'large', noise: 20, size: '480x270', filter: ',hue=h=90', muxer: ['-output_ts_offset', '30'] },
  { name: 'ntsc', noise: 30, rate: '30000/1001', video: [...X264, '-bf', '0'] },
  {
    name: 'hevc',
    noise: 40,
    video: [...HEVC, 'keyint=60:min-keyint=60:scenecut=0:bframes=3:open-gop=0:log-level=none'],
  },
  { name: 'half', noise: 50, audio: [[...AAC, '-af', 'atrim=0:3.3']] },
  { name: 'mute', audio: [] },
];

/** Two seconds. */
const SEGMENT_TICKS = 180_000;
/** Half a frame of AAC at 48 kHz, and the rounding of its times. */
const MAX_OFF_TICKS = 960 + 2;

interface Source {
  readonly recording: Recording;
  readonly frames: readonly { pts: number; hash: string }[];
  /** PTS of each audio frame after the first picture's, in ticks, by the hash of its data. */
  readonly audio: ReadonlyMap<string, number>;
}

/** Recording, in and out in ticks after its first picture. */
type ClipSpec = readonly [name: string, inTicks: number, outTicks: number];

describe('an edit of several clips, against the frames of its sources', () => {
  let root = '';
  const sources = new Map<string, Source>();
  const sourceOf = (name: string): Source => sources.get(name)!;

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'clipfleet-clips-'));
    for (const recipe of RECIPES) {
      const recording = await makeRecording(root, recipe);
      const whole = path.join(root, recipe.name, 'whole.ts');
      const reference = path.join(root, recipe.name, 'whole.mp4');
      await runTool('ffmpeg', ['-y', '-i', whole, '-map', '0', '-c', 'copy', reference]);
      const [first] = await framesOf(reference);
      const shift = first.pts;
      const audio = (await audioOf(reference)).map(({ hash, ticks }) => [hash, ticks - shift] as const);
      sources.set(recipe.name, { recording, frames: await framesOf(whole), audio: new Map(audio) });
    }
  });

  afterAll(() => rm(root, { recursive: true }));

  /** What a player plays of the first audio track: frames that are there to be decoded only are left out. */
  async function audioOf(file: string): Promise<{ hash: string; ticks: number }[]> {
    const entries = ['-show_packets', '-show_data_hash', 'sha256', '-show_entries', 'packet=pts,flags,data_hash'];
    const { out } = await runTool('ffprobe', ['-select_streams', 'a:0', ...entries, '-of', 'compact', file]);
    return out
      .split('\n')
      .filter((line) => line.startsWith('packet|'))
      .filter((line) => !/flags=[^|]*D/.test(line))
      .map((line) => ({
        hash: /data_hash=([^|]+)/.exec(line)![1],
        ticks: (Number(/pts=(-?\d+)/.exec(line)![1]) * 90_000) / 48_000,
      }));
  }

  const firstTicks = (recording: Recording): number => {
    let first: number | undefined;
    demuxRange(recording.segments.slice(0, 1), recording.segments.slice(1), (sample) => {
      if (sample.kind === 'video') first ??= sample.ptsTicks;
    });
    return first!;
  };

  /** The ranges of one clip, one or one for each of its segments. */
  function cut(
    [name, inTicks, outTicks]: ClipSpec,
    mode: SelectionMode,
    clipIndex: number,
    many: boolean,
  ): StitchedRange[] {
    const { recording } = sourceOf(name);
    const base = firstTicks(recording);
    const segments = recording.segments.slice(
      Math.floor(inTicks / SEGMENT_TICKS),
      Math.ceil((outTicks + 15_000) / SEGMENT_TICKS),
    );
    const perRange = many ? 1 : segments.length;
    const ranges: StitchedRange[] = [];
    for (let i = 0; i < segments.length; i += perRange) {
      const start = { runIndex: 0, ticks: base + inTicks };
      const end = { runIndex: 0, ticks: base + outTicks };
      const selector = new CutSelector({
        mode,
        ...(i === 0 && { start }),
        ...(i + perRange >= segments.length && { end, goesOn: true }),
      });
      const writer = new RangeWriter();
      const payload: Uint8Array[] = [];
      const take = (items: ReturnType<CutSelector['push']>): void => {
        for (const { sample, config } of items) payload.push(...writer.push(sample, config));
      };
      demuxRange(segments.slice(i, i + perRange), segments.slice(i + perRange), (sample, config) =>
        take(selector.push(sample, config)),
      );
      take(selector.finish());
      const finished = writer.finish(selector.shown);
      const report = decodeRangeReport(encodeRangeReport({ ...finished.report, clipIndex }));
      ranges.push({ payload: [...payload, ...finished.payload], report });
    }
    return ranges;
  }

  function edit(clips: readonly ClipSpec[], mode: SelectionMode, many: boolean, file: string) {
    const ranges = clips.flatMap((clip, i) => cut(clip, mode, i, many));
    const header = mergeRanges(
      ranges.map(({ report }) => report),
      { container: 'mp4' },
    );
    writeFile(file, header.headerBytes, ranges);
    return header;
  }

  /** The pictures with in ≤ pts < out, at the times they have when the clips follow each other. */
  function expectedFrames(clips: readonly ClipSpec[]) {
    let startTicks = 0;
    const windows: { name: string; inTicks: number; startTicks: number; endTicks: number }[] = [];
    const frames = clips.flatMap(([name, inTicks, outTicks]) => {
      const all = sourceOf(name).frames;
      const base = all[0].pts;
      const shown = all.filter(({ pts }) => pts - base >= inTicks && pts - base < outTicks);
      const endPts = all.find(({ pts }) => pts - base >= outTicks)!.pts;
      const clipTicks = startTicks;
      startTicks += endPts - shown[0].pts;
      windows.push({ name, inTicks: shown[0].pts - base, startTicks: clipTicks, endTicks: startTicks });
      return shown.map(({ pts, hash }) => ({ hash, pts: clipTicks + pts - shown[0].pts }));
    });
    return { frames, windows };
  }

  const EDITS: [string, ClipSpec[]][] = [
    [
      'two of one recording with a hole between, and one of another size',
      [
        ['small', 100_000, 270_000],
        ['small', 400_000, 500_000],
        ['large', 93_000, 301_500],
      ],
    ],
    [
      'one clip twice',
      [
        ['small', 183_000, 250_000],
        ['small', 183_000, 250_000],
      ],
    ],
    [
      'an earlier one after a later one',
      [
        ['large', 300_000, 460_000],
        ['large', 0, 100_000],
      ],
    ],
    [
      'other frame rates and delays',
      [
        ['ntsc', 50_000, 190_000],
        ['small', 77_000, 200_000],
        ['ntsc', 200_000, 330_000],
      ],
    ],
    [
      'hevc',
      [
        ['hevc', 100_000, 270_000],
        ['hevc', 371_000, 460_000],
      ],
    ],
    [
      'many short ones',
      Array.from({ length: 12 }, (_, i): ClipSpec => [
        i % 3 === 2 ? 'large' : 'small',
        20_000 + i * 30_000,
        20_000 + i * 30_000 + 21_700,
      ]),
    ],
  ];

  it.each(
    EDITS.flatMap(([name, clips]) =>
      [false, true].map((many) => [name, many ? 'many ranges' : 'a range each', clips, many] as const),
    ),
  )('shows exactly the frames of %s, in %s, with audio in time', async (name, _ranges, clips, many) => {
    const file = path.join(root, `${name}-${many}.mp4`);
    edit(clips, 'exact', many, file);
    const { frames, windows } = expectedFrames(clips);
    const shown = await framesOf(file);
    expect(shown.map(({ hash }) => hash)).toEqual(frames.map(({ hash }) => hash));
    expect(shown.map(({ pts }) => pts)).toEqual(frames.map(({ pts }) => pts));
    expect(await decoderComplaints(file)).toBe('');
    const played = await audioOf(file);
    let clip = 0;
    let endTicks = 0;
    for (const { hash, ticks } of played) {
      const off = (index: number): number => {
        const { name: source, inTicks, startTicks } = windows[index];
        return Math.abs(ticks - startTicks - (sourceOf(source).audio.get(hash)! - inTicks));
      };
      if (clip < windows.length - 1 && !(off(clip) <= MAX_OFF_TICKS)) clip++;
      expect(off(clip)).toBeLessThanOrEqual(MAX_OFF_TICKS);
      if (endTicks > 0) expect(Math.abs(ticks - endTicks)).toBeLessThanOrEqual(1);
      endTicks = ticks + 1920;
    }
    expect(clip).toBe(windows.length - 1);
    expect(Math.abs(endTicks - windows.at(-1)!.endTicks)).toBeLessThanOrEqual(1920);
  });
});
