import type { ConsumerLoad } from '@clipfleet/jetstream';
import { TakingRate } from './taking-rate.js';

/** Longer than a slot is in no count: it has settled a message, and its next pull has not arrived. */
const REMEMBERED_MS = 1_000;

/** From a message that is taken to the next one in the queue: the ledger is asked at once, or when a look comes by. */
const REFILL_MS = 150;

/**
 * How many more messages a work queue may have: one for each slot that is free, so that an idle fleet begins at once, and beside
 * them as many as are taken while the ledger is asked for the next, one for every second slot at most. What is in a queue cannot be
 * overtaken: with fewer messages than slots in it, whoever comes next waits no longer than for the tasks that are worked on, and
 * with no more than are needed, for few of those where tasks are long.
 */
export class ReadyWindow {
  private slots = 0;
  private untilMs = -Infinity;
  private readonly rate = new TakingRate();

  /** `followsPace`: false where an autoscaler knows of the work by what is in the queue alone, and so has to see some. */
  constructor(
    private readonly assumedSlots: number,
    private readonly followsPace: boolean,
  ) {}

  room({ waitingPulls, pendingCount, ackPendingCount, takenCount }: ConsumerLoad, nowMs: number): number {
    const slots = this.slotsOf(waitingPulls + ackPendingCount, nowMs);
    const ahead = this.aheadOf(slots, this.rate.read(takenCount, nowMs));
    const target =
      slots === 0 ? Math.max(1, this.assumedSlots) : Math.max(waitingPulls, slots - ackPendingCount) + ahead;
    return Math.max(0, target - pendingCount);
  }

  private aheadOf(slots: number, takenPerMs: number | undefined): number {
    const most = Math.floor(slots / 2);
    return this.followsPace && takenPerMs !== undefined ? Math.min(most, Math.round(takenPerMs * REFILL_MS)) : most;
  }

  /** The most that were seen a short time ago. */
  private slotsOf(seen: number, nowMs: number): number {
    if (seen >= this.slots || nowMs >= this.untilMs) {
      this.slots = seen;
      this.untilMs = nowMs + REMEMBERED_MS;
    }
    return this.slots;
  }
}
