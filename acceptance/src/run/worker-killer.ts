import { setTimeout as delay } from 'node:timers/promises';
import type { RunningApp } from '@clipfleet/local-stack';

const SHORTEST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 1_500;

/**
 * Ends one worker after the other by SIGKILL, at random, and starts each again at once, as Kubernetes would. One is dead at a
 * time: on a busy machine a start takes longer than the pause, and a fleet of which nobody runs shows nothing.
 */
export class WorkerKiller {
  killCount = 0;
  private readonly stopped = new AbortController();
  private readonly ended: Promise<void>;

  constructor(
    private readonly workers: readonly RunningApp[],
    private readonly random: () => number,
  ) {
    this.ended = this.run();
  }

  /** Resolves when every worker runs again. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.ended;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const pauseMs = SHORTEST_PAUSE_MS + this.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const worker = this.workers[Math.floor(this.random() * this.workers.length)];
      await worker.kill();
      this.killCount++;
      await worker.restart();
    }
  }
}
