import { defineHistogram } from './registry.js';

/** `route` is the template (`/v1/exports/:id`), never the path. */
export const httpRequestDurationSeconds = defineHistogram({
  name: 'http_request_duration_seconds',
  help: 'Time from a request to its answer.',
  labels: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
