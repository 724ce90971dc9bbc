import { setTimeout as delay } from 'node:timers/promises';
import { heldMemory } from '@clipfleet/local-stack';
import { memoriesMb } from './memory-of.js';
import { memoryTrend, type MemoryTrend } from './memory-trend.js';

const MB = 1_000_000;

export interface WatchedProcess {
  name: string;
  pid: () => number;
  /** Postgres has a process for each connection. */
  isFamily: boolean;
  /** Node processes tell what they hold. */
  isApp: boolean;
}

export interface WatchedMemory extends MemoryTrend {
  /**
   * At each rest in MB: of an app what it holds after its garbage is collected, of a server what the system gives it, of one with a
   * process for each connection what the largest has, since how many there are goes up and down with the pools of its clients.
   */
  restsMb: number[];
  judged: 'held' | 'resident' | 'largest';
  /** As the system sees it, at any time. */
  mostResidentMb: number;
}

/** The memory of each process over time: at rest, when a task's parts cannot be taken for a leak, and the most under load. */
export class MemoryWatch {
  private readonly restsMb: ReadonlyMap<string, number[]>;
  private readonly mostResidentMb = new Map<string, number>();

  constructor(
    private readonly processes: readonly WatchedProcess[],
    private readonly stateDirectory: string,
    private readonly everyMs: number,
  ) {
    this.restsMb = new Map(processes.map(({ name }) => [name, []]));
  }

  /** Until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const watched of this.processes) this.residentMb(watched);
      await delay(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** While nothing is in flight. */
  async rest(): Promise<void> {
    for (const watched of this.processes) {
      const { name, pid, isApp } = watched;
      const residentMb = this.residentMb(watched);
      this.restsMb.get(name)!.push(isApp ? await this.heldMb(name, pid()) : Math.max(...residentMb));
    }
  }

  results(): Map<string, WatchedMemory> {
    return new Map(
      this.processes.map(({ name, isApp, isFamily }) => {
        const [restsMb, mostResidentMb] = [this.restsMb.get(name)!, this.mostResidentMb.get(name) ?? 0];
        const judgedOfServer = isFamily ? 'largest' : 'resident';
        const judged = isApp ? 'held' : judgedOfServer;
        return [name, { ...memoryTrend(restsMb), restsMb, judged, mostResidentMb }];
      }),
    );
  }

  /** Heap and buffers of an app after a collection. */
  private async heldMb(name: string, pid: number): Promise<number> {
    const { heapUsed, external } = await heldMemory(this.stateDirectory, name, pid);
    return (heapUsed + external) / MB;
  }

  /** Of each of its processes. */
  private residentMb({ name, pid, isFamily }: WatchedProcess): number[] {
    const each = memoriesMb(pid(), isFamily);
    const sum = each.reduce((mb, more) => mb + more, 0);
    this.mostResidentMb.set(name, Math.max(sum, this.mostResidentMb.get(name) ?? 0));
    return each;
  }
}
