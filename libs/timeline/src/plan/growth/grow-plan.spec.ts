import { describe, expect, it, test } from '@jest/globals';
import * as fc from 'fast-check';
import { planExport } from '../plan-export.js';
import { plan as planSchema } from '../plan.js';
import { indexes, piecesOf, mp4, refusal, streams, wall } from '../planned.fixture.js';
import { h264Aac, inputOf, MIB, outputOf, recording, repeat } from '../recording.fixture.js';
import type { RemuxRangeTask, TsPartsTask } from '../task.js';
import { canGrow } from './grow-plan.js';
import { unplannedOf } from './grow-pieces.js';
import { grow } from './growing.fixture.js';

const each = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const eager = { smallOutputBytes: 0 };
const ts = { container: 'ts', cutMode: 'keyframe' } as const;
const attempt = <T>(call: () => T): T | undefined => {
  try {
    return call();
  } catch {
    return undefined;
  }
};
const ranges = (tasks: unknown[]) => tasks as RemuxRangeTask[];
const parts = (tasks: unknown[]) => (tasks as TsPartsTask[]).flatMap((task) => task.parts);

describe('an mp4 of a recording that grows', () => {
  const growing = {
    sketches: repeat(20, { sizeBytes: 3 * MIB }),
    range: wall(3000, 100_000),
    sketch: { output: mp4, limits: eager },
    looks: each(19),
  };

  it('is planned range by range, each as soon as there is enough and something behind it', () => {
    const { steps, seenAt, tasks } = grow(growing);
    expect(ranges(tasks).map(({ pieces }) => indexes(pieces))).toEqual([
      [0, 1, 2, 3, 4],
      ...[5, 8, 11, 14].map((first) => [first, first + 1, first + 2]),
      [17],
    ]);
    expect(seenAt).toEqual([6, 9, 12, 15, 18, 19]);
    for (const step of steps) expect(planSchema.parse(step)).toEqual(step);
    expect(steps.map(({ growth }) => growth?.step)).toEqual([1, 2, 3, 4, 5, undefined]);
  });

  it('cuts the first range at its start, the last at its end, and gives every other a tail', () => {
    const { tasks } = grow(growing);
    const all = ranges(tasks);
    expect(all.map(({ trimStart }) => trimStart?.offsetTicks)).toEqual([270_000, ...Array<undefined>(5)]);
    expect(all.map(({ trimEnd }) => trimEnd?.offsetTicks)).toEqual([...Array<undefined>(5), 90_000]);
    expect(all.map(({ tail }) => indexes(tail))).toEqual([[5], [8], [11], [14], [17], [18]]);
    expect(all.map(({ programBase64 }) => programBase64)).toEqual(Array(6).fill('UEFU'));
  });

  it('numbers its ranges on, from blocks that would be enough for the most there may be', () => {
    const all = ranges(grow(growing).tasks);
    expect(all.map(({ rangeIndex }) => rangeIndex)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(all.map(({ partBlock }) => partBlock.firstPartNumber)).toEqual([2, 41, 80, 119, 158, 197]);
    expect(all.map((task) => task.rangeIndex === task.rangeCount - 1)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('covers what the whole plan covers', () => {
    const { plan } = grow(growing);
    const whole = planExport(inputOf(recording(growing.sketches), { ...growing.sketch, range: growing.range }));
    expect(plan.coverage).toEqual(whole.coverage);
    expect(plan.warnings).toEqual(whole.warnings);
  });

  it('names a segment that was cut off', () => {
    const sketches = repeat(20, { sizeBytes: 188 * 16_000 });
    sketches[7] = { sizeBytes: 188 * 16_000 - 1 };
    const { plan } = grow({ ...growing, sketches });
    expect(plan.warnings).toEqual([
      { code: 'segment-truncated', message: expect.stringContaining('rec/7.ts') as unknown as string },
    ]);
  });

  it('waits until it is no small output any more', () => {
    expect(grow({ ...growing, sketch: { output: mp4, limits: { smallOutputBytes: 64 * MIB } } }).steps).toHaveLength(1);
    expect(grow({ ...growing, sketch: { output: mp4, limits: { smallOutputBytes: 30 * MIB } } }).seenAt).toEqual([
      11, 14, 17, 19,
    ]);
  });

  it('is cut in larger ranges where it is there already', () => {
    const looks = [16, 17];
    const sizes = ranges(grow({ ...growing, looks }).tasks).map(({ pieces }) => pieces.length);
    expect(sizes).toEqual([15, 3]);
  });

  it('begins again when later runs do not fit what was made', () => {
    const probes: [number, ReturnType<typeof h264Aac>][] = [[9, streams(['video', 'h264'], ['audio', 'aac', 44_100])]];
    const sketches = growing.sketches.map((sketch, index) => ({ ...sketch, runIndex: index < 9 ? 0 : 1 }));
    const sketch = { ...growing.sketch, probes };
    expect(refusal(() => grow({ ...growing, sketches, sketch }))).toMatchObject({
      code: 'unsupported-source',
      details: { planAnew: true },
    });
    expect(grow({ ...growing, sketches, sketch, looks: [12] }).steps).toHaveLength(1);
  });

  it('counts its runs on, and knows the program of each', () => {
    const second = { ...h264Aac(), programBase64: 'UE1U' };
    const sketches = growing.sketches.map((sketch, index) => ({ ...sketch, runIndex: index < 9 ? 0 : 1 }));
    const { tasks } = grow({ ...growing, sketches, sketch: { ...growing.sketch, probes: [[9, second]] } });
    const runs = ranges(tasks).map(({ pieces }) => pieces.map(({ runIndex }) => runIndex));
    expect(runs).toEqual([[0, 0, 0, 0, 0], [0, 0, 0], [0, 1, 1], [1, 1, 1], [1, 1, 1], [1]]);
    const programs = ranges(tasks).map(({ programBase64 }) => programBase64);
    expect(programs).toEqual(['UEFU', 'UEFU', 'UEFU', 'UE1U', 'UE1U', 'UE1U']);
  });
});

describe('a ts of a recording that grows', () => {
  const growing = {
    sketches: repeat(20, { sizeBytes: 6 * MIB }),
    range: wall(3000, 100_000),
    sketch: { output: ts, limits: eager },
    looks: each(19),
  };

  it('copies each segment inside the store when the next is there', () => {
    const { tasks, seenAt } = grow(growing);
    const all = parts(tasks);
    expect(all.map(({ partNumber }) => partNumber)).toEqual(each(all.length));
    expect(indexes(tasks.flatMap(piecesOf))).toEqual(each(18).map((index) => index - 1));
    expect(all.filter(({ method }) => method === 'store-copy')).toHaveLength(15);
    expect(seenAt[0]).toBe(3);
    expect(seenAt.at(-1)).toBe(18);
  });

  it('is planned as a whole when the clock jumps inside it, unless its bytes are to be kept', () => {
    const sketches = growing.sketches.map((sketch, index) => ({ ...sketch, runIndex: index < 9 ? 0 : 1 }));
    const refused = refusal(() => grow({ ...growing, sketches }));
    expect(refused).toMatchObject({ code: 'unsupported-source', details: { planAnew: true } });
    expect(grow({ ...growing, sketches, looks: [12] }).tasks).toHaveLength(1);
    const kept = grow({ ...growing, sketches, sketch: { ...growing.sketch, output: { ...ts, clean: false } } });
    expect(kept.plan.warnings.map(({ code }) => code)).toEqual(['discontinuities-kept']);
  });

  it('holds back small segments until they make a part', () => {
    const { tasks } = grow({ ...growing, sketches: repeat(20, { sizeBytes: 2 * MIB }) });
    const all = parts(tasks);
    expect(indexes(tasks.flatMap(piecesOf))).toEqual(each(18).map((index) => index - 1));
    for (const part of all.slice(0, -1)) {
      expect(part.pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0)).toBeGreaterThanOrEqual(5 * MIB);
    }
  });
});

describe('a recording that stops', () => {
  const growing = { sketches: repeat(10, { sizeBytes: 3 * MIB }), range: wall(0, 100_000), looks: each(10) };

  it('leaves what is there, and says what is missing', () => {
    const output = { ...mp4, gapPolicy: 'skip' } as const;
    const { tasks, plan } = grow({ ...growing, sketch: { output, limits: eager } });
    expect(indexes(tasks.flatMap(piecesOf))).toEqual(each(10).map((index) => index - 1));
    expect(ranges(tasks).at(-1)?.trimEnd).toBeUndefined();
    const { requested, planned, missing } = plan.coverage;
    expect(planned.endMs - requested.startMs).toBe(60_000);
    expect(missing).toEqual([{ startMs: requested.startMs + 60_000, endMs: requested.endMs, reason: 'not-recorded' }]);
  });

  it('is a failure where nothing may be missing', () => {
    const call = () => grow({ ...growing, sketch: { output: mp4, limits: eager } });
    expect(refusal(call)).toMatchObject({ code: 'recording-stopped' });
  });
});

test('a playlist that drops its oldest segments is refused', () => {
  const { timeline } = recording(repeat(4));
  const growth = { step: 1, lastSegment: { index: 2, key: 'rec/9.ts' }, runIndex: 0, taskCount: 1, nextPartNumber: 1 };
  const input = inputOf({ timeline, sizes: new Map() }, { range: wall(0, 24_000) });
  expect(refusal(() => unplannedOf(timeline, input.clips[0].range, growth))).toMatchObject({
    code: 'playlist-invalid',
  });
});

test.each([
  [{ container: 'mp4' }, true],
  [{ container: 'mov', cutMode: 'exact' }, true],
  [{ container: 'mov', cutMode: 'exact', exact: { by: 'reencode' } }, false],
  [{ container: 'ts', cutMode: 'keyframe' }, true],
  [{ container: 'ts', cutMode: 'exact' }, false],
  [{ container: 'ts', cutMode: 'keyframe', clean: true }, false],
  [{ container: 'ts', storeCopy: false }, false],
  [{ container: 'image' }, false],
  [{ container: 'playlist' }, false],
  [{ container: 'mp4', pipeline: 'single-ffmpeg' }, false],
  [{ container: 'mp4', codec: { kind: 'transcode', profile: 'default' } }, false],
] as const)('%j is worked on while its recording grows: %s', (output, expected) => {
  const abilities = { storeCopy: true, equalParts: false };
  expect(canGrow(outputOf(output), abilities)).toBe(expected);
});

describe('however a recording grows', () => {
  const sketch = fc.record({
    durationMs: fc.integer({ min: 500, max: 10_000 }),
    sizeBytes: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 12 * MIB })),
    gap: fc.constantFrom(false, false, false, true),
    jumpMs: fc.constantFrom(0, 0, 0, 4000),
  });
  const growing = fc.record({
    sketches: fc.array(sketch, { minLength: 2, maxLength: 60 }),
    looks: fc
      .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 })
      .map((looks) => looks.toSorted((a, b) => a - b)),
    start: fc.double({ min: 0, max: 0.9, noNaN: true }),
    length: fc.double({ min: 0.05, max: 1.5, noNaN: true }),
    maxGrowingRanges: fc.integer({ min: 2, max: 12 }),
    maxParts: fc.constantFrom(60, 200, 10_000),
    container: fc.constantFrom('ts' as const, 'mp4' as const),
  });

  it('every piece is planned once, in order, within the rules of parts and blocks, and nothing missing is hidden', () => {
    fc.assert(
      fc.property(growing, ({ sketches, looks, start, length, maxGrowingRanges, maxParts, container }) => {
        const totalMs = sketches.reduce((sum, { durationMs, jumpMs }) => sum + durationMs + jumpMs, 0);
        const range = wall(sketches[0].jumpMs + Math.floor(totalMs * start), Math.ceil(totalMs * length) + 1);
        const output = { container, cutMode: 'keyframe', gapPolicy: 'skip', clean: false } as const;
        const limits = { ...eager, maxGrowingRanges, maxParts, targetPartBytes: 8 * MIB };
        const growing = { sketches, range, sketch: { output, limits } };
        const isRefused = attempt(() => grow({ ...growing, looks: [] })) === undefined;
        if (isRefused) return; // nothing of it was recorded
        const whole = grow({ ...growing, looks: [] });
        const grown = grow({ ...growing, looks });
        const strip = (pieces: ReturnType<typeof piecesOf>) => [
          ...new Set(pieces.map(({ key, runIndex }) => `${key} ${runIndex}`)),
        ];
        expect(strip(grown.tasks.flatMap(piecesOf))).toEqual(strip(whole.tasks.flatMap(piecesOf)));
        expect(grown.plan.coverage).toEqual(whole.plan.coverage);
        if (container === 'ts') {
          const all = parts(grown.tasks);
          expect(all.map(({ partNumber }) => partNumber)).toEqual(each(all.length));
          expect(all.length).toBeLessThanOrEqual(maxParts);
        } else if (grown.steps.length > 1) {
          const all = ranges(grown.tasks);
          expect(all.length).toBeLessThanOrEqual(maxGrowingRanges);
          expect(all.at(-1)!.rangeCount).toBe(all.length);
          for (const { partBlock } of all) {
            expect(partBlock.firstPartNumber + partBlock.partCount - 1).toBeLessThanOrEqual(maxParts);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
