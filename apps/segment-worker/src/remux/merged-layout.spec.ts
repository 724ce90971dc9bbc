import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MIN_PART_BYTES, PartSplitter } from '@clipfleet/isobmff';
import {
  DEFAULT_ENCODINGS,
  DEFAULT_PLAN_LIMITS,
  planExport,
  type PlanInput,
  type PlanLimits,
  rangePartBytes,
  type RemuxRangeTask,
  type Segment,
} from '@clipfleet/timeline';

const MIB = 1024 * 1024;
const WISHED_PART_BYTES = 8 * MIB;
const MAX_PART_BYTES = 5 * 1024 * MIB;
/** Payloads of any size are views of this one: nothing of them is ever looked at. */
const BLANK = new Uint8Array(64 * MIB);

interface Part {
  partNumber: number;
  sizeBytes: number;
}

const planOf = (segmentBytes: number[], limits: Partial<PlanLimits>): RemuxRangeTask[] => {
  const segments = segmentBytes.map((_bytes, index): Segment => ({
    ...{ key: `${index}.ts`, startTicks: index * 540_000, durationTicks: 540_000, runIndex: 0, gap: false },
  }));
  const span = { startMs: 0, endMs: segments.length * 6000 };
  const clip: PlanInput['clips'][number] = {
    source: { storeId: 'main', bucket: 'in', key: 'rec.m3u8' },
    timeline: {
      ...{ playlistKey: 'rec.m3u8', growing: false, hasWallClock: false, targetDurationSeconds: 6, warnings: [] },
      segments,
    },
    range: {
      ...{ kind: 'resolved', clock: 'recording', firstIndex: 0, endIndex: segments.length, startOffsetTicks: 0 },
      ...{ endOffsetTicks: 540_000, requested: span, segmentBounds: span, missing: [], warnings: [] },
    },
    sizes: new Map(segmentBytes.map((bytes, index) => [`${index}.ts`, bytes])),
    probes: new Map([[0, { startsWithKeyframe: true, streams: [{ kind: 'video', codec: 'h264' }] }]]),
  };
  const input: PlanInput = {
    output: {
      ...{ container: 'mp4', cutMode: 'exact', codec: { kind: 'copy' }, overwrite: true, storeCopy: true },
      ...{ pipeline: 'auto', gapPolicy: 'fail', annotations: { project: '', description: '' } },
      destination: { storeId: 'main', bucket: 'out', key: 'a.mp4' },
    },
    clips: [clip],
    abilities: { storeCopy: true, equalParts: false },
    limits: { ...DEFAULT_PLAN_LIMITS, ...limits },
    encodings: DEFAULT_ENCODINGS,
  };
  return planExport(input).tasks as RemuxRangeTask[];
};

/** What a worker writes of a range whose payload has so many bytes. */
const writeRange = (task: RemuxRangeTask, payloadBytes: number) => {
  const splitter = new PartSplitter({
    targetPartBytes: rangePartBytes(task, WISHED_PART_BYTES),
    reserveBytes: task.rangeIndex === 0 ? MIN_PART_BYTES : 0,
    isLast: task.rangeIndex === task.rangeCount - 1,
  });
  const parts = [];
  for (let left = payloadBytes; left > 0; left -= BLANK.length) {
    parts.push(...splitter.push(BLANK.subarray(0, Math.min(left, BLANK.length))));
  }
  const end = splitter.finish();
  const first = task.rangeCount === 1 ? 2 : task.partBlock.firstPartNumber;
  return {
    parts: [...parts, ...end.parts].map(({ index, sizeBytes }): Part => ({ partNumber: first + index, sizeBytes })),
    ...{ paddingBytes: end.paddingBytes, reservedBytes: end.reservedBytes },
  };
};

/** Part 1: the header is filled up to what the reserve leaves of a least part. */
const headOf = (moovBytes: number, reservedBytes: number): Part => ({
  partNumber: 1,
  sizeBytes: Math.max(moovBytes, MIN_PART_BYTES - reservedBytes) + reservedBytes,
});

const check = (tasks: RemuxRangeTask[], payloadOf: (task: RemuxRangeTask) => number, moovBytes: number): void => {
  const ranges = tasks.map((task) => ({ task, ...writeRange(task, payloadOf(task)) }));
  const parts = [headOf(moovBytes, ranges[0].reservedBytes), ...ranges.flatMap((range) => range.parts)];
  const numbers = parts.map(({ partNumber }) => partNumber);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  expect(numbers.at(-1)).toBeLessThanOrEqual(10_000);
  expect(parts.slice(0, -1).filter(({ sizeBytes }) => sizeBytes < MIN_PART_BYTES)).toEqual([]);
  expect(parts.filter(({ sizeBytes }) => sizeBytes > MAX_PART_BYTES)).toEqual([]);
  for (const { task, parts: own, paddingBytes, reservedBytes } of ranges) {
    const { firstPartNumber, partCount } = task.partBlock;
    const outside = own.filter((part) => part.partNumber >= firstPartNumber + partCount);
    expect(outside).toEqual([]);
    const writtenBytes = own.reduce((sum, part) => sum + part.sizeBytes, 0);
    expect(writtenBytes).toBe(payloadOf(task) - reservedBytes + paddingBytes);
    expect(paddingBytes).toBeLessThan(MIN_PART_BYTES);
  }
};

describe('the parts of a merged mp4', () => {
  const anyTimeline = fc.array(fc.integer({ min: 1, max: 40 * MIB }), { minLength: 1, maxLength: 120 });
  const anyLimits = fc.record({
    idleSlots: fc.integer({ min: 0, max: 100 }),
    taskStreamBytes: fc.integer({ min: 8 * MIB, max: 512 * MIB }),
    smallOutputBytes: fc.integer({ min: 0, max: 64 * MIB }),
    maxRanges: fc.integer({ min: 1, max: 1000 }),
  });
  /** Of a payload to its source: next to nothing of a multiplex full of stuffing, a quarter more at the very most. */
  const anyRatios = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1.25, noNaN: true })), {
    minLength: 1,
    maxLength: 10,
  });

  it('obey every rule of a multipart upload, whatever the ranges turn out to hold', () => {
    const moov = fc.integer({ min: 1000, max: 60 * MIB });
    fc.assert(
      fc.property(anyTimeline, anyLimits, anyRatios, moov, (segmentBytes, limits, ratios, moovBytes) => {
        const tasks = planOf(segmentBytes, limits);
        expect(planOf(segmentBytes, limits)).toEqual(tasks);
        expect(tasks.flatMap((task) => task.pieces.map((piece) => piece.segmentIndex))).toEqual([
          ...segmentBytes.keys(),
        ]);
        const payloadOf = (task: RemuxRangeTask): number =>
          Math.floor(task.workBytes * ratios[task.rangeIndex % ratios.length]);
        check(tasks, payloadOf, moovBytes);
      }),
      { numRuns: 150 },
    );
  });

  it('are filled up with nothing when sources are mostly media', () => {
    const small = fc.array(fc.integer({ min: MIB, max: 4 * MIB }), { minLength: 10, maxLength: 120 });
    const narrow = { taskStreamBytes: 8 * MIB, smallOutputBytes: 0, maxRanges: 1000 };
    fc.assert(
      fc.property(small, (segmentBytes) => {
        const ranges = planOf(segmentBytes, narrow).map((task) => writeRange(task, Math.floor(task.workBytes * 0.9)));
        expect(ranges.map(({ paddingBytes }) => paddingBytes)).toEqual(ranges.map(() => 0));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [24, 8],
    [48, 20],
  ])('of %d h at %d Mbit/s stay under 10,000', (hours, megabits) => {
    const segmentBytes = Array.from({ length: hours * 600 }, () => (megabits * 1e6 * 6) / 8);
    for (const ratio of [0.95, 1.25]) {
      check(planOf(segmentBytes, { maxRanges: 64 }), (task) => Math.floor(task.workBytes * ratio), 100 * MIB);
    }
  });
});
