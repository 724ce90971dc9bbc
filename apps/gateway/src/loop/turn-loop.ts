import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@clipfleet/platform';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface TurnLoopOptions {
  /** Resolves to how long to wait for the next turn, in ms, if nobody wakes the loop. */
  turn: () => Promise<number>;
  /** What a turn that fails is told as. The next one comes later each time. */
  failure: string;
  logger: Logger;
}

/**
 * One turn after another: at once when the loop was woken since the last turn began, else after the pause that turn asked
 * for.
 */
export class TurnLoop {
  private readonly stopping = new AbortController();
  private isWoken = false;
  private endWait: () => void = () => undefined;
  private running?: Promise<void>;

  constructor(private readonly options: TurnLoopOptions) {}

  /** Aborted by {@link stop}. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  start(): void {
    this.running = this.run();
  }

  wake(): void {
    this.isWoken = true;
    this.endWait();
  }

  /** Resolves when the turn that is on has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { turn, failure, logger } = this.options;
    let failures = 0;
    while (!this.signal.aborted) {
      this.isWoken = false;
      try {
        const pauseMs = await turn();
        failures = 0;
        await this.wait(pauseMs);
      } catch (error) {
        if (this.signal.aborted) return;
        const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);
        logger.warn({ err: error, pauseMs }, failure);
        await delay(pauseMs, undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
  }

  private async wait(forMs: number): Promise<void> {
    if (this.isWoken) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.endWait = resolve;
      timer = setTimeout(resolve, forMs);
    });
    clearTimeout(timer);
  }
}
