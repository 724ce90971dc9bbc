import { randomUUID } from 'node:crypto';
import type { AttemptFailed, ExportEnded, TaskCompleted, TaskRequested } from '@clipfleet/contracts';

const objectRef = { storeId: 'main', bucket: 'out', key: 'a.jpg' };

export const taskRequested = (overrides: Partial<TaskRequested> = {}): TaskRequested => ({
  kind: 'task.requested',
  version: 1,
  exportId: randomUUID(),
  generation: 1,
  taskIndex: 0,
  upload: { destination: objectRef, uploadId: 'u' },
  task: {
    kind: 'picture',
    source: { storeId: 'main', bucket: 'in' },
    workBytes: 1000,
    lead: [],
    pieces: [{ segmentIndex: 0, key: 'a.ts', sizeBytes: 1000, durationTicks: 90_000, runIndex: 0 }],
    partBlock: { firstPartNumber: 1, partCount: 8 },
  },
  ...overrides,
});

export const taskCompleted = (of: TaskRequested): TaskCompleted => ({
  kind: 'task.completed',
  version: 1,
  exportId: of.exportId,
  generation: of.generation,
  taskIndex: of.taskIndex,
  parts: [{ partNumber: 1, etag: 'e', sizeBytes: 10 }],
  storeCopyBytes: 0,
  workerBytes: 10,
  warnings: [],
});

export const attemptFailed = (of: TaskRequested): AttemptFailed => ({
  kind: 'attempt.failed',
  version: 1,
  exportId: of.exportId,
  generation: of.generation,
  work: { kind: 'task', taskIndex: of.taskIndex },
  deliveryCount: 1,
  code: 'internal',
  message: 'x',
  details: {},
  retryable: true,
});

export const exportEnded = (exportId: string, generation = 1): ExportEnded => ({
  kind: 'export.ended',
  version: 1,
  exportId,
  generation,
});
