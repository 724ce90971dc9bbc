import { setTimeout as delay } from 'node:timers/promises';
import { heldMb } from './held-memory.js';
import { memoryMb } from './memory-of.js';
import { type MemorySample, memoryTrend, type MemoryTrend } from './memory-trend.js';

export interface WatchedProcess {
  name: string;
  pid: () => number;
  /** Postgres has a process for each connection. */
  isFamily: boolean;
  /** Node processes tell what they hold. */
  isApp: boolean;
}

/** What is judged: of an app what it holds after its garbage is collected, of a server what the system gives it. */
export interface WatchedMemory extends MemoryTrend {
  judged: 'held' | 'resident';
  /** As the system sees it. */
  mostResidentMb: number;
}

/** The memory of each process over time. */
export class MemoryWatch {
  private readonly judged: ReadonlyMap<string, MemorySample[]>;
  private readonly mostResidentMb = new Map<string, number>();

  constructor(
    private readonly processes: readonly WatchedProcess[],
    private readonly stateDirectory: string,
    private readonly everyMs: number,
  ) {
    this.judged = new Map(processes.map(({ name }) => [name, []]));
  }

  /** Until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const beganMs = performance.now();
    while (!signal.aborted) {
      for (const watched of this.processes) this.sample(watched, (performance.now() - beganMs) / 1000);
      await delay(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  results(): Map<string, WatchedMemory> {
    return new Map(
      this.processes.map(({ name, isApp }) => {
        const mostResidentMb = this.mostResidentMb.get(name) ?? 0;
        return [name, { ...memoryTrend(this.judged.get(name)!), judged: isApp ? 'held' : 'resident', mostResidentMb }];
      }),
    );
  }

  private sample({ name, pid, isFamily, isApp }: WatchedProcess, atS: number): void {
    const residentMb = memoryMb(pid(), isFamily);
    this.mostResidentMb.set(name, Math.max(residentMb, this.mostResidentMb.get(name) ?? 0));
    const mb = isApp ? heldMb(this.stateDirectory, pid()) : residentMb;
    if (mb !== undefined) this.judged.get(name)!.push({ atS, mb });
  }
}
