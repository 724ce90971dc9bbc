import type { ConsumerLoad } from '@clipfleet/jetstream';

/** Longer than a slot is in no count: it has settled a message, and its next pull has not arrived. */
const REMEMBERED_MS = 1_000;

/**
 * How many more messages a work queue may have: one for each slot that is free, so that an idle fleet begins at once, and one for
 * every second slot beside, so that a slot that gets free goes on while the ledger is asked for the next. What is in a queue cannot
 * be overtaken: with fewer messages than slots in it, whoever comes next waits no longer than for the tasks that are worked on.
 */
export class ReadyWindow {
  private slots = 0;
  private untilMs = -Infinity;

  constructor(private readonly assumedSlots: number) {}

  room({ waitingPulls, pendingCount, ackPendingCount }: ConsumerLoad, nowMs: number): number {
    const slots = this.slotsOf(waitingPulls + ackPendingCount, nowMs);
    const target =
      slots === 0
        ? Math.max(1, this.assumedSlots)
        : Math.max(waitingPulls, slots - ackPendingCount) + Math.floor(slots / 2);
    return Math.max(0, target - pendingCount);
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
