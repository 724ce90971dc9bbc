import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerDatabase } from '@clipfleet/ledger';
import type { Logger } from '@clipfleet/platform';

/** Of anything, in one step. */
export const SWEEP_LIMIT = 200;

/** `signal`: the process stops. True: its time was up before it was done. */
export type SweepStep = (signal: AbortSignal) => Promise<unknown>;

export interface SweepLoopOptions {
  database: LedgerDatabase;
  /** Of the ledger's advisory locks: who holds it sweeps. */
  lockKey: number;
  everyMs: number;
  /** Of one round. */
  steps: (signal: AbortSignal) => readonly SweepStep[];
  logger: Logger;
}

/** Rounds of steps, by one gateway at a time; doing one twice would be harmless. */
export class SweepLoop {
  private readonly stopping = new AbortController();
  private running?: Promise<void>;
  private isBehind = false;

  constructor(private readonly options: SweepLoopOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the round that is on has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One round; false: another gateway has it. A step that fails does not keep the others from being done. */
  async once(): Promise<boolean> {
    const { database, lockKey, steps, logger } = this.options;
    const { signal } = this.stopping;
    const done = await database.withAdvisoryLock(lockKey, async () => {
      this.isBehind = false;
      for (const step of steps(signal)) {
        if (signal.aborted) break;
        try {
          if ((await step(signal)) === true) this.isBehind = true;
        } catch (error) {
          logger.warn({ err: error }, 'a step of the sweep failed');
        }
      }
      return true;
    });
    return done ?? false;
  }

  private async run(): Promise<void> {
    const { everyMs, logger } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // spread, so that gateways that start together do not ask together
      const pauseMs = this.isBehind ? 0 : everyMs * (0.5 + Math.random());
      this.isBehind = false;
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.once().catch((error: unknown) => logger.warn({ err: error }, 'the sweep failed'));
    }
  }
}
