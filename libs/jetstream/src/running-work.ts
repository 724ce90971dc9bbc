import type { Delivery } from './delivery.js';
import type { StreamMessage } from './message-table.js';
import { WorkAborted } from './work-abort.js';

export interface RunningMessage {
  readonly delivery: Delivery;
  readonly message: StreamMessage;
  readonly voidWhenEnded: boolean;
  readonly abort: AbortController;
  readonly heartbeat: NodeJS.Timeout;
}

/** The messages this process is handling: what an ended export or a shutdown stops. */
export class RunningWork {
  private readonly messages = new Set<RunningMessage>();
  private idleListeners: (() => void)[] = [];

  get size(): number {
    return this.messages.size;
  }

  add(message: RunningMessage): void {
    this.messages.add(message);
  }

  remove(message: RunningMessage): void {
    this.messages.delete(message);
    if (this.messages.size > 0) return;
    for (const listener of this.idleListeners.splice(0)) listener();
  }

  abortEnded(exportId: string, generation: number): void {
    for (const running of this.messages) {
      const { message } = running;
      if (!running.voidWhenEnded || message.exportId !== exportId || message.generation > generation) continue;
      running.abort.abort(new WorkAborted('ended'));
    }
  }

  abortForShutdown(): void {
    for (const running of this.messages) running.abort.abort(new WorkAborted('shutdown'));
  }

  /** Handlers that ignore their signal lose their message to another process. */
  handBack(): void {
    for (const running of this.messages) {
      clearInterval(running.heartbeat);
      running.delivery.handBackNow();
    }
  }

  /** True: nothing runs any more. False: the time is up. */
  idleWithin(ms: number): Promise<boolean> {
    if (this.messages.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.idleListeners.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
