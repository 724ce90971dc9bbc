import { defineCounter, defineGauge } from './registry.js';

/** As the consumer's leader tells it: a follower says 0. */
export const queuePending = defineGauge({
  name: 'queue_pending',
  help: 'Messages that wait for their first delivery.',
  labels: ['kind'],
});

export const queueAckPending = defineGauge({
  name: 'queue_ack_pending',
  help: 'Messages delivered and not yet settled.',
  labels: ['kind'],
});

export const queueOldestAgeSeconds = defineGauge({
  name: 'queue_oldest_age_seconds',
  help: 'Age of the oldest message that waits for its first delivery; 0 when none does.',
  labels: ['kind'],
});

/** `kind`: plan (exports that are not begun), segment, transcode, thumb. */
export const heldWork = defineGauge({
  name: 'held_work',
  help: 'Messages that wait in the ledger for their turn.',
  labels: ['kind'],
});

export const heldOldestAgeSeconds = defineGauge({
  name: 'held_oldest_age_seconds',
  help: 'Age of the oldest message that waits in the ledger for its turn; 0 when none does.',
  labels: ['kind'],
});

export const dispatchedTotal = defineCounter({
  name: 'dispatched_total',
  help: 'Messages that had waited in the ledger and were let into their queue.',
  labels: ['kind'],
});
// there before the first one: of a counter whose first value is 1 nobody can tell that it has grown
for (const kind of ['plan', 'segment', 'transcode', 'thumb']) dispatchedTotal.inc({ kind }, 0);

/** `kind`: segment, transcode, thumb. Divided by the slots there are it is the time until the backlog is worked off. */
export const backlogWorkSeconds = defineGauge({
  name: 'backlog_work_seconds',
  help: 'Time that one slot would need for the tasks that are not completed, at the speed slots have shown lately.',
  labels: ['kind'],
});
