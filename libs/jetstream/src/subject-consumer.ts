import { announceKind, type Logger, workerSlots } from '@clipfleet/platform';
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from './delivery.js';
import type { MessageBus } from './message-bus.js';
import type { SubjectRow } from './message-table.js';
import { pullMessage } from './pull-message.js';

export interface SubjectConsumerOptions {
  bus: MessageBus;
  row: SubjectRow;
  /** Messages handled at once. */
  slots: number;
  handle: (delivery: Delivery) => Promise<void>;
  /** Of what came too late to be begun. Never throws. */
  handBack: (delivery: Delivery) => Promise<void>;
  logger: Logger;
}

/**
 * Shorter than ack_wait: when the messages of a process that died come back, its pulls are gone. nats-server 2.9, when it meets a
 * pull without a listener while redelivering, steps its cursor back and delivers some message twice, with a deliveryCount of 1.
 */
const PULL_EXPIRES_MS = 5_000;
const RETRY_MS = 500;

/** Slots that each pull one message, have it handled, and pull the next. */
export class SubjectConsumer {
  private pulls = newPulls();
  private stopping = false;
  private repairing?: Promise<void>;

  constructor(private readonly options: SubjectConsumerOptions) {}

  start(): void {
    const { slots, row, bus } = this.options;
    announceKind(row.durable);
    workerSlots.set({ kind: row.durable }, slots);
    // the server forgot the pulls of the lost connection: ask again at once instead of waiting for their expiry
    bus.onReconnect(() => this.pullAnew());
    for (let slot = 0; slot < slots; slot++) void this.runSlot();
  }

  /** No more pulls; what arrives on the way is handed back. Handlers go on. */
  stop(): void {
    this.stopping = true;
    workerSlots.set({ kind: this.options.row.durable }, 0);
    this.pulls.abort();
  }

  private pullAnew(): void {
    if (this.stopping) return;
    const old = this.pulls;
    this.pulls = newPulls();
    old.abort();
  }

  private async runSlot(): Promise<void> {
    while (!this.stopping && !this.options.bus.nc.isClosed()) {
      const delivery = await this.next();
      if (!delivery) continue;
      if (this.stopping) await this.options.handBack(delivery);
      else await this.options.handle(delivery);
    }
  }

  private async next(): Promise<Delivery | undefined> {
    const { bus, row, logger } = this.options;
    try {
      const from = {
        stream: row.stream,
        durable: row.durable,
        expiresMs: PULL_EXPIRES_MS,
        inboxPrefix: bus.inboxPrefix,
      };
      return await pullMessage(bus.nc, from, this.pulls.signal);
    } catch (error) {
      if (this.stopping) return undefined;
      logger.debug({ err: error, subject: row.subject }, 'a pull failed');
      await this.repair();
      await delay(RETRY_MS);
      return undefined;
    }
  }

  /** Once for all slots: the consumer may have been deleted, or the server may not be ready yet. */
  private repair(): Promise<void> {
    const { bus, row, logger } = this.options;
    this.repairing ??= bus
      .repairTopology()
      .catch((error: unknown) => logger.warn({ err: error, subject: row.subject }, 'no messages can be had yet'))
      .finally(() => (this.repairing = undefined));
    return this.repairing;
  }
}

const newPulls = (): AbortController => {
  const pulls = new AbortController();
  // one listener a slot, not a leak
  setMaxListeners(0, pulls.signal);
  return pulls;
};
