import type { WorkKind } from '@clipfleet/contracts';
import type { Logger } from '@clipfleet/platform';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ConsumerLoad, isAwake, readConsumerLoad } from './consumer-load.js';

export interface IdleSlotsOptions {
  /** What to count on where no process of a kind is up. */
  assumedSlots: number;
  now?: () => number;
}

/** Slots that would take a task at once. */
export const idleSlotsOf = (load: Omit<ConsumerLoad, 'takenCount'>, assumedSlots: number): number =>
  Math.max(0, (isAwake(load) ? load.waitingPulls : assumedSlots) - load.pendingCount);

/** A burst of plans asks the server once. */
const READING_AGE_MS = 250;
/** From a plan to its tasks on their way: the gateway opens an upload and records the plan in between. */
const CLAIM_MS = 500;

interface Reading {
  atMs: number;
  slots: Promise<number>;
}

/**
 * How many slots of the fleet wait for work, as the leader of their consumer tells it. Slots that a plan of this process has
 * just been given are not told to the next one.
 */
export class IdleSlots {
  private readonly readings = new Map<WorkKind, Reading>();
  private claims: { kind: WorkKind; count: number; atMs: number }[] = [];
  private readonly now: () => number;

  constructor(
    private readonly nc: NatsConnection,
    private readonly logger: Logger,
    private readonly options: IdleSlotsOptions,
  ) {
    this.now = options.now ?? Date.now;
  }

  /** 0 also when the server does not tell: what is planned then is planned as for a loaded fleet. */
  async read(kind: WorkKind): Promise<number> {
    let reading = this.readings.get(kind);
    if (!reading || this.now() - reading.atMs > READING_AGE_MS) {
      reading = { atMs: this.now(), slots: this.ask(kind) };
      this.readings.set(kind, reading);
    }
    const { atMs } = reading;
    const slots = await reading.slots;
    const claimed = this.claims.filter((claim) => claim.kind === kind && claim.atMs > atMs - CLAIM_MS);
    return claimed.reduce((left, { count }) => Math.max(0, left - count), slots);
  }

  /** Tasks that are about to be sent. */
  claim(kind: WorkKind, count: number): void {
    const nowMs = this.now();
    this.claims = this.claims.filter(({ atMs }) => atMs > nowMs - CLAIM_MS - READING_AGE_MS);
    this.claims.push({ kind, count, atMs: nowMs });
  }

  private async ask(kind: WorkKind): Promise<number> {
    try {
      return idleSlotsOf(await readConsumerLoad(this.nc, kind), this.options.assumedSlots);
    } catch (error) {
      this.logger.debug({ err: error, kind }, 'the idle slots could not be read');
      return 0;
    }
  }
}
