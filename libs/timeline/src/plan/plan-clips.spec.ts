import { describe, expect, it, test } from '@jest/globals';
import * as fc from 'fast-check';
import { clipsOfTask, sourceOfPiece } from './clips-of-task.js';
import { indexes, mp4, refusal } from './planned.fixture.js';
import { plan as planSchema, type Plan } from './plan.js';
import { planExport } from './plan-export.js';
import type { Piece } from './piece.js';
import type { PlanClip, PlanInput } from './plan-input.js';
import { h264Aac, inputOf, type InputSketch, MIB, recording, repeat, type SegmentSketch } from './recording.fixture.js';
import type { RemuxRangeTask, RenderTask, TsPartsTask } from './task.js';

interface ClipSketch {
  segments: SegmentSketch[];
  range?: InputSketch['range'];
  storeId?: string;
  bucket?: string;
}

const inputOfClips = (clips: ClipSketch[], sketch: InputSketch = {}): PlanInput => {
  const inputs = clips.map(({ segments, range, storeId = 'main', bucket = 'in' }): PlanInput => {
    const input = inputOf(recording(segments), { ...sketch, ...(range && { range }) });
    const [clip] = input.clips;
    return { ...input, clips: [{ ...clip, source: { ...clip.source, storeId, bucket } }] };
  });
  return { ...inputs[0], clips: inputs.flatMap((input): PlanClip[] => input.clips) };
};
const planOf = (clips: ClipSketch[], sketch: InputSketch = {}): Plan => {
  const plan = planExport(inputOfClips(clips, sketch));
  expect(planSchema.parse(plan)).toEqual(plan);
  return plan;
};
const from = (startMs: number, durationMs: number) => ({ kind: 'from-start', startMs, durationMs }) as const;

type MediaTask = TsPartsTask | RemuxRangeTask | RenderTask;
const piecesIn = (task: MediaTask) =>
  task.kind === 'ts-parts' ? task.parts.flatMap(({ pieces }) => pieces) : task.pieces;
const clipsIn = (task: MediaTask) => clipsOfTask(task, piecesIn(task));

describe('an edit of several clips', () => {
  const twice: ClipSketch[] = [
    { segments: repeat(5), range: from(7_000, 10_000) },
    { segments: repeat(5), range: from(20_000, 4_000), bucket: 'other' },
  ];

  it('is one task when it is small, each clip with its own source, edges and runs', () => {
    const { tasks, header } = planOf(twice, { output: mp4 });
    expect([tasks.length, header]).toEqual([1, 'none']);
    const [task] = tasks as RemuxRangeTask[];
    expect(task).toMatchObject({ clipIndex: 0, source: { bucket: 'in' }, trimStart: { offsetTicks: 90_000 } });
    expect(clipsIn(task).map(({ clip, pieces }) => [clip.clipIndex, clip.source.bucket, indexes(pieces)])).toEqual([
      [0, 'in', [1, 2]],
      [1, 'other', [3]],
    ]);
    expect(clipsIn(task)[1].clip).toMatchObject({
      ...{ trimStart: { offsetTicks: 180_000 }, programBase64: 'UEFU', tail: [{ segmentIndex: 4, runIndex: 1 }] },
    });
    expect(task.pieces.map(({ runIndex }) => runIndex)).toEqual([0, 0, 1]);
    expect(sourceOfPiece(task, task.pieces[2]).bucket).toBe('other');
  });

  it('has the edges of each clip encoded, by the tasks that have one', () => {
    const exact = { ...mp4, exact: { by: 'reencode' } } as const;
    const clips: ClipSketch[] = [
      { segments: repeat(9, { sizeBytes: 8 * MIB }), range: from(7_000, 40_000) },
      { segments: repeat(9, { sizeBytes: 8 * MIB }) },
      { segments: repeat(9, { sizeBytes: 8 * MIB }), range: from(7_000, 40_000) },
    ];
    const { tasks } = planOf(clips, {
      output: exact,
      limits: { maxRanges: 50, smallOutputBytes: 0, taskStreamBytes: 16 * MIB },
    });
    const edges = (tasks as RemuxRangeTask[]).map((task) => ({
      encodes: task.encodesEdges ?? false,
      has: clipsIn(task).some(({ clip }) => clip.trimStart !== undefined || clip.trimEnd !== undefined),
    }));
    expect(edges.filter(({ has }) => has).length).toBeGreaterThan(2);
    expect(edges.filter(({ has }) => !has).length).toBeGreaterThan(1);
    expect(edges.every(({ encodes, has }) => encodes === has)).toBe(true);
  });

  it.each([undefined, false])('has the edges of each clip in a ts encoded by one task, with clean: %s', (clean) => {
    const output = { container: 'ts', cutMode: 'exact', exact: { by: 'reencode' } } as const;
    const plan = planOf(twice, { output: { ...output, ...(clean !== undefined && { clean }) } });
    const [task, ...others] = plan.tasks as TsPartsTask[];
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      encodesEdges: true,
      equalPartBytes: 8 * MIB,
      tail: [{ segmentIndex: 3, runIndex: 0 }],
    });
    expect(task.clean).toBe(clean === undefined ? true : undefined);
    expect(clipsIn(task)[1].clip).toMatchObject({ tail: [{ segmentIndex: 4, runIndex: 1 }] });
    expect(plan.reason).toContain('the edges of several clips are encoded by one worker');
  });

  it('tells what it covers as a whole, and of each clip', () => {
    const holed = [...repeat(2), { gap: true, sizeBytes: null }, ...repeat(2)];
    const clips = [{ segments: repeat(2), range: from(1_000, 2_000) }, { segments: holed }];
    const plan = planOf(clips, { output: { ...mp4, gapPolicy: 'skip' } });
    expect(plan.coverage).toMatchObject({
      ...{ clock: 'edit', requested: { startMs: 0, endMs: 32_000 }, segmentBounds: { startMs: -1_000, endMs: 32_000 } },
      missing: [{ startMs: 14_000, endMs: 20_000, reason: 'gap-tag' }],
    });
    expect(plan.clips).toMatchObject([
      { clock: 'recording', requested: { startMs: 1_000, endMs: 3_000 }, missing: [] },
      { clock: 'recording', missing: [{ startMs: 12_000, endMs: 18_000 }] },
    ]);
    expect(refusal(() => planOf(clips, { output: mp4 }))).toMatchObject({ code: 'gap' });
  });

  it('copies inside the store what lies there, and streams the rest', () => {
    const big = repeat(3, { sizeBytes: 9 * MIB });
    const plan = planOf([{ segments: big }, { segments: big, storeId: 'far' }], { output: { clean: false } });
    const parts = (plan.tasks as TsPartsTask[]).flatMap((task) => task.parts);
    expect(parts.filter(({ method }) => method === 'store-copy')).toHaveLength(3);
    expect(parts.slice(0, 3).every(({ method }) => method === 'store-copy')).toBe(true);
    expect(plan.reason).toContain('1 of 2 clips are in another store');
  });

  test.each<[string, ClipSketch[], InputSketch, string]>([
    ['a picture', twice, { output: { container: 'image' } }, 'bad-parameter'],
    ['a storyboard', twice, { output: { container: 'storyboard' } }, 'bad-parameter'],
    ['more clips than allowed', twice, { limits: { maxClips: 1 } }, 'too-long'],
    ['more segments together than allowed', twice, { limits: { maxSegments: 2 } }, 'too-long'],
    ['a longer request together than allowed', twice, { limits: { maxDurationMs: 13_999 } }, 'too-long'],
    [
      'an encode',
      twice,
      { output: { ...mp4, codec: { kind: 'transcode', profile: 'default' } } },
      'unsupported-source',
    ],
    ['one ffmpeg', twice, { output: { ...mp4, pipeline: 'single-ffmpeg' } }, 'unsupported-source'],
    [
      'a playlist of several buckets of another store',
      twice.map((clip) => ({ ...clip, storeId: 'far' })),
      { output: { container: 'playlist' } },
      'unsupported-source',
    ],
  ])('refuses %s', (_name, clips, sketch, code) => {
    expect(refusal(() => planOf(clips, sketch))).toMatchObject({ code });
  });

  it('lists clips of several buckets with a discontinuity between them', () => {
    const { playlist } = planOf(twice, { output: { container: 'playlist' } });
    expect(playlist?.entries.map(({ bucket, key, discontinuity }) => [bucket, key, discontinuity])).toEqual([
      [undefined, 'rec/1.ts', false],
      [undefined, 'rec/2.ts', false],
      ['other', 'rec/3.ts', true],
    ]);
  });

  it('with another sample rate is refused by name', () => {
    const input = inputOfClips(twice, { output: mp4 });
    const probe = { ...h264Aac(), streams: [h264Aac().streams[0], { ...h264Aac().streams[1], sampleRateHz: 44_100 }] };
    const changed = { ...input.clips[1], probes: new Map([[3, probe]]) };
    const call = () => planExport({ ...input, clips: [input.clips[0], changed] });
    expect(refusal(call)).toMatchObject({ code: 'unsupported-source' });
  });

  const sizes = fc.array(fc.integer({ min: 1, max: 12 * MIB }), { minLength: 1, maxLength: 12 });
  const edit = fc.array(
    fc.record({
      sizes,
      cut: fc.boolean(),
      bucket: fc.constantFrom('in', 'other'),
      storeId: fc.constantFrom('main', 'far'),
    }),
    { minLength: 2, maxLength: 6 },
  );
  const containers = fc.constantFrom('ts' as const, 'mp4' as const);

  it('of any kind owns every piece of each clip once, in order, with its clip’s own source and edges', () => {
    fc.assert(
      fc.property(edit, containers, fc.boolean(), (sketches, container, clean) => {
        const clips = sketches.map(({ sizes: list, cut, bucket, storeId }): ClipSketch => ({
          segments: list.map((sizeBytes) => ({ sizeBytes })),
          ...(cut && { range: from(1_000, list.length * 6_000 - 2_000) }),
          ...{ bucket, storeId },
        }));
        const limits = { smallOutputBytes: 0, taskStreamBytes: 16 * MIB, maxRanges: 50 };
        const sketch = { output: { container, cutMode: 'keyframe', clean }, limits } as const;
        const plan = planOf(clips, sketch);
        expect(planOf(clips, sketch)).toEqual(plan);
        const tasks = plan.tasks as MediaTask[];
        const stretches = tasks.flatMap(clipsIn);
        const owned = sketches.map((_, clipIndex) => stretches.filter(({ clip }) => clip.clipIndex === clipIndex));
        owned.forEach((of, clipIndex) => {
          const { sizes: list, cut, bucket, storeId } = sketches[clipIndex];
          expectAllBytes(
            of.flatMap(({ pieces }) => pieces),
            list,
          );
          for (const { clip } of of) expect(clip.source).toEqual({ bucket, storeId });
          const edges = of.map(({ clip }) => [clip.trimStart !== undefined, clip.trimEnd !== undefined]);
          expect(edges).toEqual(of.map((_, index) => [cut && index === 0, cut && index === of.length - 1]));
        });
        expect(stretches.map(({ clip }) => clip.clipIndex)).toEqual(
          stretches.map(({ clip }) => clip.clipIndex).toSorted((a, b) => a! - b!),
        );
        for (const task of tasks) if (task.kind === 'ts-parts') expectPartRules(task, task === tasks.at(-1));
      }),
      { numRuns: 150 },
    );
  });
});

/** Every byte of the segments once, in order: a part may end within one. */
const expectAllBytes = (pieces: Piece[], sizesBytes: number[]): void => {
  const spans = pieces.map(({ segmentIndex, byteRange, sizeBytes }) => [segmentIndex, byteRange?.[0] ?? 0, sizeBytes]);
  const reached = new Map<number, number>();
  for (const [segmentIndex, startByte, sizeBytes] of spans) {
    expect(startByte).toBe(reached.get(segmentIndex) ?? 0);
    reached.set(segmentIndex, startByte + sizeBytes);
  }
  expect([...reached]).toEqual([...sizesBytes.entries()]);
};

/** What a store asks of parts, by what is known before the pieces are read. */
const expectPartRules = ({ parts, equalPartBytes }: TsPartsTask, isLast: boolean): void => {
  if (equalPartBytes !== undefined) return;
  parts.forEach(({ method, pieces }, index) => {
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);
    if (!isLast || index < parts.length - 1) expect(sizeBytes).toBeGreaterThanOrEqual(5 * MIB);
    if (method === 'store-copy') expect(new Set(pieces.map(({ key }) => key)).size).toBe(1);
  });
};
