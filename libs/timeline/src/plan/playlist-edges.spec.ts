import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { plan as planSchema, type Plan } from './plan.js';
import { planExport } from './plan-export.js';
import { planOf, refusal, streams, wall } from './planned.fixture.js';
import { inputOf, MIB, recording, repeat, type SegmentSketch } from './recording.fixture.js';
import type { TsPartsTask } from './task.js';

const output = { container: 'playlist', cutMode: 'exact', exact: { by: 'reencode' } } as const;

/** What is listed: indexes of segments, and of edges with a mark. */
const listed = ({ playlist }: Plan): string[] =>
  playlist!.entries.map(({ key, edgeIndex }) => (edgeIndex === undefined ? key : `edge ${edgeIndex}`));
const edgesIn = (plan: Plan): unknown[] => {
  const [task] = plan.tasks as TsPartsTask[];
  return [task, ...(task.furtherClips ?? [])].map(({ trimStart, trimEnd }, index) => [
    task.parts[0].pieces[index].segmentIndex,
    trimStart && trimStart.offsetTicks / 90,
    trimEnd && trimEnd.offsetTicks / 90,
  ]);
};

describe('an exact playlist', () => {
  it.each<[string, [number, number], string[], unknown[]]>([
    [
      'in and out in segments of their own',
      [7_000, 16_500],
      ['edge 0', 'rec/2.ts', 'edge 1'],
      [
        [1, 1_000, undefined],
        [3, undefined, 5_500],
      ],
    ],
    ['both in one', [7_000, 2_000], ['edge 0'], [[1, 1_000, 3_000]]],
    ['in alone', [7_000, 11_000], ['edge 0', 'rec/2.ts'], [[1, 1_000, undefined]]],
    ['out alone', [6_000, 7_000], ['rec/1.ts', 'edge 0'], [[2, undefined, 1_000]]],
  ])('has the segments made anew that it cuts: %s', (_name, [startMs, durationMs], entries, edges) => {
    const plan = planOf(repeat(6), { output, range: wall(startMs, durationMs) });
    expect(listed(plan)).toEqual(entries);
    expect(edgesIn(plan)).toEqual(edges);
    expect(plan).toMatchObject({ strategy: 'playlist', uploadKey: 'out.edges.ts' });
    expect(plan.tasks).toMatchObject([{ encodesEdges: true, listsSegments: true, equalPartBytes: 8 * MIB }]);
    const lengthTicks = plan.playlist!.entries.reduce((sum, { durationTicks }) => sum + durationTicks, 0);
    expect(lengthTicks).toBe(durationMs * 90);
    const untouched = plan.playlist!.entries.filter(({ edgeIndex }) => edgeIndex === undefined);
    expect(untouched.every(({ byteRange }) => byteRange?.[0] === 0 && byteRange[1] > 0)).toBe(true);
    expect(plan.coverage.planned).toEqual(plan.coverage.requested);
  });

  it('has no task where it cuts no segment', () => {
    const plan = planOf(repeat(6), { output, range: wall(6_000, 12_000) });
    expect([listed(plan), plan.tasks, plan.uploadKey]).toEqual([['rec/1.ts', 'rec/2.ts'], [], undefined]);
  });

  it.each<[string, SegmentSketch[], Parameters<typeof planOf>[1], string]>([
    ['a codec that is not encoded', repeat(3), { probe: streams(['video', 'mpeg2video']) }, 'unsupported-source'],
    ['sound alone', repeat(3), { probe: streams(['audio', 'aac']) }, 'unsupported-source'],
    ['a cut in a gap', [{ gap: true, sizeBytes: null }, {}, {}], {}, 'gap'],
    ['a segment that nobody can hold', repeat(3, { sizeBytes: 300 * MIB }), {}, 'unsupported-source'],
  ])('refuses %s', (_name, sketches, sketch, code) => {
    expect(refusal(() => planOf(sketches, { output, range: wall(1_000, 10_000), ...sketch }))).toMatchObject({ code });
  });

  it('of any clips lists every segment once in order, and makes each edge once, in a run of its own', () => {
    const clip = fc.record({ count: fc.integer({ min: 1, max: 6 }), from: fc.nat(5_999), until: fc.nat(5_999) });
    fc.assert(
      fc.property(fc.array(clip, { minLength: 1, maxLength: 5 }), (sketches) => {
        const inputs = sketches.map(({ count, from, until }) => {
          const durationMs = Math.max(1, count * 6_000 - from - until);
          return inputOf(recording(repeat(count)), {
            output,
            range: { kind: 'from-start', startMs: from, durationMs },
          });
        });
        const input = { ...inputs[0], clips: inputs.flatMap(({ clips }) => clips) };
        const plan = planExport(input);
        expect(planSchema.parse(plan)).toEqual(plan);
        expect(planExport(input)).toEqual(plan);
        const entries = plan.playlist!.entries;
        const segmentCount = input.clips.reduce((sum, { range }) => sum + range.endIndex - range.firstIndex, 0);
        expect(entries).toHaveLength(segmentCount);
        const edges = entries.flatMap(({ edgeIndex }) => edgeIndex ?? []);
        expect(edges).toEqual([...edges.keys()]);
        const pieces = (plan.tasks as TsPartsTask[]).flatMap(({ parts }) => parts.flatMap((part) => part.pieces));
        expect(pieces.map(({ runIndex }) => runIndex)).toEqual(edges);
        expect(entries.filter(({ discontinuity }) => discontinuity)).toHaveLength(input.clips.length - 1);
        const lengthMs = input.clips.reduce(
          (sum, { range }) => sum + range.requested.endMs - range.requested.startMs,
          0,
        );
        const lengthTicks = entries.reduce((sum, { durationTicks }) => sum + durationTicks, 0);
        expect(Math.abs(lengthTicks - lengthMs * 90)).toBeLessThanOrEqual(90 * input.clips.length);
      }),
    );
  });
});
