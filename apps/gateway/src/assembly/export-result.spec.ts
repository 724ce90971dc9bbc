import { describe, expect, it } from '@jest/globals';
import type { MeasuredCut } from '@clipfleet/contracts';
import type { CompletedTask, ExportRecord, PlanSummary } from '@clipfleet/ledger';
import { exportResult } from './export-result.js';

const plan: PlanSummary = {
  strategy: 'ts-parts',
  header: 'none',
  coverage: {
    clock: 'wall',
    requested: { startMs: 10_000, endMs: 20_000 },
    segmentBounds: { startMs: 6_000, endMs: 24_000 },
    planned: { startMs: 9_000, endMs: 21_000 },
    missing: [],
  },
  warnings: [{ code: 'a', message: '1' }],
};
const record = { plan } as ExportRecord & { plan: PlanSummary };
const task = (taskIndex: number, cut?: MeasuredCut): CompletedTask => ({
  taskIndex,
  kind: 'ts-parts',
  result: {
    parts: [],
    storeCopyBytes: 100,
    workerBytes: 10,
    warnings: [{ code: 'b', message: '2' }],
    ...(cut && { cut }),
  },
});

describe('exportResult', () => {
  it('adds up what the tasks did and tells each warning once', () => {
    expect(exportResult(record, [task(0), task(1)], { sizeBytes: 220, gatewayBytes: 5 })).toEqual({
      coverage: { ...plan.coverage, achieved: { startMs: 9_000, endMs: 21_000 } },
      sizeBytes: 220,
      storeCopyBytes: 200,
      workerBytes: 25,
      warnings: [
        { code: 'a', message: '1' },
        { code: 'b', message: '2' },
      ],
    });
  });

  it('takes the ends from the tasks that measured them', () => {
    const cut = [
      { startDeltaTicks: -90, videoFrameCount: 3 },
      { videoFrameCount: 4 },
      { endDeltaTicks: 180, videoFrameCount: 5 },
    ];
    const result = exportResult(
      record,
      cut.map((one, index) => task(index, one)),
      { sizeBytes: 1, gatewayBytes: 0 },
    );
    expect(result.coverage.achieved).toEqual({ startMs: 9_999, endMs: 20_002 });
    expect(result.videoFrameCount).toBe(12);
  });

  it('adds up what was encoded at edges, and says nothing of it where no edge was to be encoded', () => {
    const tasks = [2, undefined, 0].map((encodedFrameCount, index) => {
      const { result, ...rest } = task(index);
      return { ...rest, result: { ...result, ...(encodedFrameCount !== undefined && { encodedFrameCount }) } };
    });
    const made = { sizeBytes: 1, gatewayBytes: 0 };
    expect(exportResult(record, tasks, made).encodedFrameCount).toBe(2);
    expect(exportResult(record, tasks.slice(2), made).encodedFrameCount).toBe(0);
    expect(exportResult(record, tasks.slice(1, 2), made)).not.toHaveProperty('encodedFrameCount');
  });

  it('does not count frames that not every task counted', () => {
    const tasks = [task(0, { videoFrameCount: 3 }), task(1)];
    expect(exportResult(record, tasks, { sizeBytes: 1, gatewayBytes: 0 })).not.toHaveProperty('videoFrameCount');
  });
});
