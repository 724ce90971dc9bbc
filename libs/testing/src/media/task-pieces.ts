import { statSync } from 'node:fs';
import path from 'node:path';
import type { TaskRequested } from '@clipfleet/contracts';
import type { PlannedTask, Piece } from '@clipfleet/timeline';
import type { Recording } from './recording.js';

/** The segments of a recording as pieces, as if it were uploaded under `prefix`. */
export const piecesOf = (recording: Recording, prefix: string): Piece[] =>
  recording.segments.map((segment, segmentIndex) => ({
    segmentIndex,
    key: `${prefix}/${segment.uri}`,
    ...(segment.byteRange && { byteRange: [...segment.byteRange] as [number, number] }),
    sizeBytes: segment.byteRange
      ? segment.byteRange[1] - segment.byteRange[0]
      : statSync(path.join(recording.directory, segment.uri)).size,
    durationTicks: Math.round(segment.durationSeconds * 90_000),
    runIndex: segment.run,
  }));

/** A task as the gateway would send it. */
export const taskMessage = (task: PlannedTask, upload: TaskRequested['upload']): TaskRequested => ({
  kind: 'task.requested',
  version: 1,
  exportId: '0197f3c2-8a51-7c3e-9d40-5b1e6f7a8c90',
  generation: 1,
  taskIndex: 0,
  upload,
  task,
});
