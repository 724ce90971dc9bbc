import { defineGauge } from './registry.js';

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
