import { defineHistogram } from './registry.js';

/** `store`: its id in the configuration; `outcome`: `ok`, or the code of the error. */
export const storeRequestDurationSeconds = defineHistogram({
  name: 'store_request_duration_seconds',
  help: 'Time a store took to answer; of a read, to its first byte.',
  labels: ['store', 'operation', 'outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});
