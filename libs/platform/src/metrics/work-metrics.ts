import { defineCounter, defineGauge, defineHistogram } from './registry.js';

/** `kind` is the last word of the message's subject: plan, segment, transcode, thumb, assemble, cleanup, task-completed… */
const workBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

export const queueWaitSeconds = defineHistogram({
  name: 'queue_wait_seconds',
  help: 'Time from the publication of a message to its first delivery.',
  labels: ['kind'],
  buckets: workBuckets,
});

export const workerSlots = defineGauge({
  name: 'worker_slots',
  help: 'Messages this process may handle at once.',
  labels: ['kind'],
});

export const tasksInFlight = defineGauge({
  name: 'tasks_in_flight',
  help: 'Messages this process is handling.',
  labels: ['kind'],
});

export const taskDurationSeconds = defineHistogram({
  name: 'task_duration_seconds',
  help: 'Time a handler took, by what became of its message.',
  labels: ['kind', 'outcome'],
  buckets: workBuckets,
});

export const taskRedeliveriesTotal = defineCounter({
  name: 'task_redeliveries_total',
  help: 'Messages received that had been delivered before.',
  labels: ['kind'],
});

export const deadLetters = defineCounter({
  name: 'dead_letters',
  help: 'Messages taken out of the queue because nobody can handle them.',
  labels: ['kind', 'reason'],
});

/**
 * Series are there before anything happens: of a counter whose first value is 1 nobody can tell that it has grown. `kind`: what
 * this process handles.
 */
export const announceKind = (kind: string): void => {
  taskRedeliveriesTotal.inc({ kind }, 0);
  deadLetters.inc({ kind, reason: 'invalid' }, 0);
  deadLetters.inc({ kind, reason: 'rejected' }, 0);
  deadLetters.inc({ kind, reason: 'max-deliveries' }, 0);
};
