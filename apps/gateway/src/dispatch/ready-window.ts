import { type ConsumerLoad, isAwake } from '@clipfleet/jetstream';

/**
 * How many more messages a work queue may have. One for each slot of the fleet waits in it, so that no slot idles while the
 * ledger is asked for the next; more would be a queue in which nobody can be overtaken.
 */
export const roomInQueue = (load: ConsumerLoad, assumedSlots: number): number => {
  const slots = isAwake(load) ? load.waitingPulls + load.ackPendingCount : assumedSlots;
  return Math.max(0, Math.max(1, slots) - load.pendingCount);
};
