import { setTimeout as delay } from 'node:timers/promises';
import { memoryMb } from './memory-of.js';
import type { MemorySample } from './memory-trend.js';

export interface WatchedProcess {
  name: string;
  pid: () => number;
  /** Postgres has a process for each connection. */
  isFamily: boolean;
}

/** The memory of each process over time. */
export class MemoryWatch {
  readonly samples: ReadonlyMap<string, MemorySample[]>;

  constructor(
    private readonly processes: readonly WatchedProcess[],
    private readonly everyMs: number,
  ) {
    this.samples = new Map(processes.map(({ name }) => [name, []]));
  }

  /** Until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const beganMs = performance.now();
    while (!signal.aborted) {
      const atS = (performance.now() - beganMs) / 1000;
      for (const { name, pid, isFamily } of this.processes) {
        this.samples.get(name)!.push({ atS, mb: memoryMb(pid(), isFamily) });
      }
      await delay(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
