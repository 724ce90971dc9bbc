import { defineCounter, defineHistogram } from './registry.js';

/** `route` is the template (`/v1/exports/:id`), never the path. */
export const httpRequestDurationSeconds = defineHistogram({
  name: 'http_request_duration_seconds',
  help: 'Time from a request to its answer.',
  labels: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** `api`: export, native, file. */
export const requestsLimitedTotal = defineCounter({
  name: 'requests_limited_total',
  help: 'Requests that were refused because their tenant sends too many.',
  labels: ['api'],
});
// there before the first one: of a counter whose first value is 1 nobody can tell that it has grown
for (const api of ['export', 'native', 'file']) requestsLimitedTotal.inc({ api }, 0);
