import { Injectable } from '@nestjs/common';
import type { TaskEffort } from '@clipfleet/contracts';
import type { TaskKind } from '@clipfleet/timeline';

const MB = 1_000_000;

/** Bytes a slot works off in a second, before any was seen to. */
const ASSUMED_BYTES_PER_SECOND: Readonly<Record<TaskKind, number>> = {
  'ts-parts': 100 * MB,
  'remux-range': 50 * MB,
  'encode-range': 2 * MB,
  'encode-audio': 20 * MB,
  render: 2 * MB,
  picture: 10 * MB,
  storyboard: 10 * MB,
};
/** What of all that was seen before counts beside a new task: about the last ten. */
const MEMORY = 0.9;

/** How fast one slot works, by the tasks this gateway was told of. */
@Injectable()
export class TaskSpeeds {
  private readonly seen = new Map<TaskKind, { bytes: number; seconds: number }>();

  observe({ taskKind, workBytes, durationMs }: TaskEffort): void {
    if (workBytes === 0 || durationMs <= 0) return;
    const { bytes, seconds } = this.seen.get(taskKind) ?? { bytes: 0, seconds: 0 };
    this.seen.set(taskKind, { bytes: bytes * MEMORY + workBytes, seconds: seconds * MEMORY + durationMs / 1000 });
  }

  /** For one slot. */
  secondsFor(taskKind: TaskKind, workBytes: number): number {
    const seen = this.seen.get(taskKind);
    return workBytes / (seen ? seen.bytes / seen.seconds : ASSUMED_BYTES_PER_SECOND[taskKind]);
  }
}
