import { describe, expect, it, test } from '@jest/globals';
import * as fc from 'fast-check';
import { plan as planSchema } from './plan.js';
import { planExport } from './plan-export.js';
import { DEFAULT_PLAN_LIMITS } from './plan-input.js';
import { codes, indexes, leadOf, piecesOf, planOf, refusal, wall } from './planned.fixture.js';
import { h264Aac, inputOf, MIB, recording, repeat, ZERO_MS } from './recording.fixture.js';
import { type TsPartsTask } from './task.js';

describe('a plan of a ts', () => {
  it('copies whole segments inside the store', () => {
    const plan = planOf(repeat(4, { sizeBytes: 6 * MIB }), { range: wall(7000, 10_000) });
    expect(plan).toEqual({
      strategy: 'ts-parts',
      header: 'none',
      warnings: [],
      coverage: {
        clock: 'wall',
        requested: { startMs: ZERO_MS + 7000, endMs: ZERO_MS + 17_000 },
        segmentBounds: { startMs: ZERO_MS + 6000, endMs: ZERO_MS + 18_000 },
        planned: { startMs: ZERO_MS + 6000, endMs: ZERO_MS + 18_000 },
        missing: [],
      },
      tasks: [
        {
          kind: 'ts-parts',
          source: { storeId: 'main', bucket: 'in' },
          workBytes: 12 * MIB,
          lead: [],
          cutMode: 'segment',
          parts: [1, 2].map((index) => ({
            partNumber: index,
            method: 'store-copy',
            pieces: [
              { segmentIndex: index, key: `rec/${index}.ts`, sizeBytes: 6 * MIB, durationTicks: 540_000, runIndex: 0 },
            ],
          })),
        },
      ],
    });
  });

  it('streams the edges of a keyframe cut, and copies between them', () => {
    const plan = planOf(repeat(5, { sizeBytes: 6 * MIB }), {
      range: wall(1000, 28_000),
      output: { cutMode: 'keyframe' },
    });
    const [task] = plan.tasks as TsPartsTask[];
    expect(task).toMatchObject({
      cutMode: 'keyframe',
      trimStart: { offsetTicks: 90_000 },
      trimEnd: { offsetTicks: 450_000 },
    });
    expect(task.parts.map((part) => [part.method, ...indexes(part.pieces)])).toEqual([
      ['stream', 0, 1],
      ['store-copy', 2],
      ['store-copy', 3],
      ['stream', 4],
    ]);
    expect(plan.coverage.planned).toEqual(plan.coverage.requested);
  });

  it('does not cut where the request is at a segment’s edge', () => {
    const [task] = planOf(repeat(3), { range: wall(6000, 6000), output: { cutMode: 'keyframe' } }).tasks;
    expect(task).not.toHaveProperty('trimStart');
    expect(task).not.toHaveProperty('trimEnd');
  });

  it('falls back from an exact cut to keyframes, and says so', () => {
    const plan = planOf(repeat(3), { range: wall(1000, 6000), output: { cutMode: 'exact' } });
    expect(plan.tasks[0]).toMatchObject({ cutMode: 'keyframe' });
    expect(codes(plan)).toEqual(['exact-cut-not-available']);
  });

  test.each([
    ['a keyframe', true, 'keyframe', []],
    ['none', false, 'keyframe', [1, 2]],
    ['none, but whole segments', false, 'segment', []],
  ] as const)('starting on %s reads the lead it needs', (_name, startsWithKeyframe, cutMode, lead) => {
    const sketch = { range: wall(19_000, 6000), output: { cutMode }, probe: h264Aac(startsWithKeyframe) };
    const plan = planOf(repeat(6), sketch);
    expect(indexes(leadOf(plan.tasks[0]))).toEqual(lead);
    expect(codes(plan)).toEqual(lead.length === 0 && !startsWithKeyframe ? ['starts-without-keyframe'] : []);
  });

  it('looks for a keyframe only in the same run and up to what is missing', () => {
    const sketch = { range: wall(19_000, 4000), output: { cutMode: 'keyframe' }, probe: h264Aac(false) } as const;
    const ofRun = (runIndex: number) => ({ runIndex });
    const first = planOf([ofRun(0), ofRun(0), ofRun(1), ofRun(1)], sketch);
    expect(indexes(leadOf(first.tasks[0]))).toEqual([2]);
    const second = planOf([{}, {}, { sizeBytes: null }, {}], sketch);
    expect(codes(second)).toEqual(['starts-without-keyframe']);
  });

  it('is one streaming task when no copy inside the store is asked for', () => {
    const plan = planOf(repeat(200, { sizeBytes: 6 * MIB }), { output: { storeCopy: false } });
    expect(plan.tasks).toHaveLength(1);
    const { parts } = plan.tasks[0] as TsPartsTask;
    expect(new Set(parts.map((part) => part.method))).toEqual(new Set(['stream']));
    expect(parts.slice(0, -1).every((part) => part.pieces.length === 6)).toBe(true);
    expect(plan.reason).toContain('no copy inside the store');
  });

  it('is many streaming tasks when the stores cannot copy', () => {
    const plan = planOf(repeat(200, { sizeBytes: 6 * MIB }), { abilities: { storeCopy: false } });
    expect(plan.tasks.length).toBeGreaterThan(4);
    for (const task of plan.tasks) expect(task.workBytes).toBeLessThanOrEqual(DEFAULT_PLAN_LIMITS.taskStreamBytes);
  });

  it('is one task that makes equal parts where the destination wants them', () => {
    const plan = planOf(repeat(200, { sizeBytes: 6 * MIB }), { abilities: { equalParts: true } });
    const [task, ...others] = plan.tasks as TsPartsTask[];
    expect(others).toEqual([]);
    expect(task).toMatchObject({ equalPartBytes: 32 * MIB, parts: [{ partNumber: 1, method: 'stream' }] });
    expect(task.parts[0].pieces).toHaveLength(200);
  });

  it.each([
    [32 * MIB, 1],
    [32 * MIB + 32, 2],
  ])('of %d bytes has %d tasks', (sizeBytes, taskCount) => {
    const limits = { taskStreamBytes: 20 * MIB, targetPartBytes: 8 * MIB };
    const plan = planOf(repeat(32, { sizeBytes: sizeBytes / 32 }), { limits });
    expect(plan.tasks).toHaveLength(taskCount);
  });
});

describe('any plan', () => {
  const sketchOf = fc.record(
    {
      sizeBytes: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(null)),
      runIndex: fc.integer({ min: 0, max: 2 }),
      gap: fc.constantFrom(false, false, false, true),
      jumpMs: fc.constantFrom(0, 0, 0, 5000),
      durationMs: fc.integer({ min: 1, max: 8000 }),
    },
    { requiredKeys: ['sizeBytes', 'durationMs'] },
  );
  const inputs = fc.record({
    sketches: fc.array(sketchOf, { minLength: 1, maxLength: 60 }),
    container: fc.constantFrom('ts', 'mp4', 'playlist'),
    cutMode: fc.constantFrom('segment', 'keyframe', 'exact'),
    storeCopy: fc.boolean(),
    keyframe: fc.boolean(),
    start: fc.double({ min: 0, max: 0.99, noNaN: true }),
    length: fc.double({ min: 0.01, max: 1, noNaN: true }),
  });

  it('owns every piece that is there once and in order, and is the same when made again', () => {
    fc.assert(
      fc.property(inputs, ({ sketches, container, cutMode, storeCopy, keyframe, start, length }) => {
        const made = recording(sketches);
        const totalMs = sketches.reduce((sum, each) => sum + each.durationMs, 0);
        const startMs = Math.floor(totalMs * start);
        const durationMs = Math.max(1, Math.floor((totalMs - startMs) * length));
        const limits = {
          minPartBytes: 5,
          maxPartBytes: 100,
          targetPartBytes: 16,
          taskStreamBytes: 50,
          smallOutputBytes: 9,
        };
        const input = inputOf(made, {
          range: { kind: 'from-start', startMs, durationMs },
          output: { container, cutMode, storeCopy, gapPolicy: 'skip' } as const,
          probe: h264Aac(keyframe),
          limits: { ...limits, maxRanges: 3, minRangeBytes: 5, minRangeCopyObjectBytes: 6 },
        });
        const { firstIndex, endIndex } = input.clips[0].range;
        const inRange = made.timeline.segments
          .map((segment, index) => ({ segment, index }))
          .slice(firstIndex, endIndex);
        const hasMedia = inRange.filter(({ segment }) => !segment.gap && made.sizes.has(segment.key));
        // a playlist names its gaps
        const there = inRange.filter(
          (each) => hasMedia.includes(each) || (container === 'playlist' && each.segment.gap),
        );
        if (hasMedia.length === 0) {
          expect(['gap', 'segment-missing']).toContain((refusal(() => planExport(input)) as { code: string }).code);
          return;
        }
        const plan = planExport(input);
        expect(planSchema.parse(plan)).toEqual(plan);
        expect(planExport(structuredClone(input))).toEqual(plan);
        const keys = plan.playlist
          ? plan.playlist.entries.map((entry) => entry.key)
          : plan.tasks.flatMap(piecesOf).map((piece) => piece.key);
        expect(keys).toEqual(there.map(({ segment }) => segment.key));
      }),
      { numRuns: 300 },
    );
  });

  test.each([14_400, 43_200])('of %d segments keeps within 10,000 parts', (count) => {
    const input = inputOf(recording(repeat(count, { sizeBytes: 5.5 * MIB, durationMs: 2000 })));
    const { tasks } = planExport(input);
    const numbers = (tasks as TsPartsTask[]).flatMap((task) => task.parts.map((part) => part.partNumber));
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
    expect(numbers.length).toBeLessThanOrEqual(10_000);
  });

  it('of more segments than allowed is refused', () => {
    expect(refusal(() => planOf(repeat(3), { limits: { maxSegments: 2 } }))).toMatchObject({ code: 'too-long' });
    expect(planOf(repeat(2), { limits: { maxSegments: 2 } }).tasks).toHaveLength(1);
  });
});
