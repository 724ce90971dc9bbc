import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { TaskProgress } from '@clipfleet/contracts';
import { LiveSubscriber, type LiveSubscription } from '@clipfleet/jetstream';

interface RunProgress {
  generation: number;
  doneBytesOfTask: Map<number, number>;
  doneBytes: number;
}

/** Exports of which nothing was heard for so long are forgotten. */
const memory = { max: 20_000, ttl: 10 * 60_000 };

/** What workers say of tasks that run, in this gateway's memory only: the ledger knows completed tasks. */
@Injectable()
export class LiveProgress implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runs = new LRUCache<string, RunProgress>(memory);
  private readonly listeners = new Set<(exportId: string) => void>();
  private subscription?: LiveSubscription;

  constructor(@Inject(LiveSubscriber) private readonly subscriber: LiveSubscriber) {}

  onApplicationBootstrap(): void {
    this.subscription = this.subscriber.onProgress((progress) => this.take(progress));
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
  }

  take({ exportId, generation, taskIndex, doneBytes }: TaskProgress): void {
    let run = this.runs.get(exportId);
    if (run && run.generation > generation) return;
    if (!run || run.generation < generation) run = { generation, doneBytesOfTask: new Map(), doneBytes: 0 };
    run.doneBytes += doneBytes - (run.doneBytesOfTask.get(taskIndex) ?? 0);
    run.doneBytesOfTask.set(taskIndex, doneBytes);
    this.runs.set(exportId, run);
    for (const listener of this.listeners) listener(exportId);
  }

  /**
   * Bytes that are done: what the ledger counts (completed tasks) and what workers said are each a part of them, so the larger
   * is. Both may lack something the other has; neither has anything that was not done.
   */
  doneBytes(run: { id: string; generation: number; bytesDone: number; bytesTotal: number }): number {
    const live = this.runs.get(run.id);
    const heard = live && live.generation === run.generation ? live.doneBytes : 0;
    return Math.min(run.bytesTotal, Math.max(run.bytesDone, heard));
  }

  /** Returns the function that ends it. */
  onProgress(listener: (exportId: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
