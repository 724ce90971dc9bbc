export * from './config/variable.js';
export * from './config/load-config.js';
export * from './config/describe-config.js';
export * from './config/base-config.js';
export * from './config/encoding-variables.js';
export * from './config/fleet-variables.js';
export * from './logging/logger.js';
export * from './logging/nest-logger.js';
export * from './logging/work-context.js';
export * from './metrics/registry.js';
export * from './metrics/http-metrics.js';
export * from './metrics/work-metrics.js';
export * from './metrics/queue-metrics.js';
export * from './metrics/media-metrics.js';
export * from './metrics/export-metrics.js';
export * from './metrics/plan-metrics.js';
export * from './metrics/store-metrics.js';
export * from './metrics/readiness-metrics.js';
export * from './metrics/ledger-metrics.js';
export * from './metrics/nats-metrics.js';
export * from './ops/readiness.js';
export * from './ops/ops-server.js';
export * from './ops/ops.module.js';
export {
  currentTraceId,
  exemplarLabels,
  type SpanOptions,
  tellError,
  withChildSpan,
  withSpan,
} from './tracing/spans.js';
export * from './tracing/request-span.js';
export * from './tracing/messaging-spans.js';
export * from './tracing/shutdown-tracing.js';
export * from './events/business-event.js';
export * from './faults/crash-points.js';
export * from './faults/crash-point.js';
export * from './threads/run-in-thread.js';
export * from './playlists/parse-aside.js';
