import { describe, expect, it } from '@jest/globals';
import { tenantKindLabel } from './export-metrics.js';
import './http-metrics.js';
import './ledger-metrics.js';
import './media-metrics.js';
import './nats-metrics.js';
import './plan-metrics.js';
import './queue-metrics.js';
import './readiness-metrics.js';
import './store-metrics.js';
import './work-metrics.js';
import { metricsRegistry } from './registry.js';

/** High-cardinality words that must never become a label: each value is a time series for ever. */
const forbiddenLabels = ['exportId', 'taskIndex', 'tenant', 'key', 'bucket', 'path_id', 'url'];

describe('metrics', () => {
  const ours = () => metricsRegistry.getMetricsAsArray().filter(({ name }) => name.startsWith('clipfleet_'));

  it('have the names that dashboards and alerts use', () => {
    expect(
      ours()
        .map(({ name }) => name.slice('clipfleet_'.length))
        .toSorted(),
    ).toEqual([
      'backlog_work_seconds',
      'bytes_total',
      'dead_letters',
      'dispatched_total',
      'export_duration_seconds',
      'export_idle_seconds',
      'export_slo_total',
      'exports_accepted_total',
      'exports_unfinished',
      'fallbacks_total',
      'held_oldest_age_seconds',
      'held_work',
      'http_request_duration_seconds',
      'jetstream_assets',
      'jetstream_storage_bytes',
      'jetstream_storage_limit_bytes',
      'ledger_connections',
      'ledger_connections_limit',
      'ledger_standby_lag_bytes',
      'ledger_standbys',
      'nats_reconnects_total',
      'nats_round_trip_seconds',
      'outbox_pending',
      'plans_total',
      'queue_ack_pending',
      'queue_oldest_age_seconds',
      'queue_pending',
      'queue_wait_seconds',
      'readiness_check',
      'ready',
      'redrives_total',
      'requests_limited_total',
      'store_request_duration_seconds',
      'task_duration_seconds',
      'task_redeliveries_total',
      'tasks_in_flight',
      'transcode_speed_ratio',
      'worker_slots',
    ]);
  });

  it('have labels of few values', () => {
    const labels = ours().flatMap((metric) => (metric as unknown as { labelNames: string[] }).labelNames);
    expect(labels.filter((label) => forbiddenLabels.includes(label))).toEqual([]);
    expect(new Set(labels)).toEqual(
      new Set([
        'path',
        'api',
        'check',
        'kind',
        'reason',
        'sort',
        'container',
        'outcome',
        'result',
        'method',
        'route',
        'status',
        'strategy',
        'state',
        'store',
        'operation',
        'tenant_kind',
      ]),
    );
  });

  it('tell a handful of kinds of tenants apart, and the others as one', () => {
    const labels = Array.from({ length: 20 }, (_, n) => tenantKindLabel(`kind-${n}`));
    expect(new Set(labels).size).toBeLessThanOrEqual(8);
    expect(labels.at(-1)).toBe('other');
    expect([tenantKindLabel('standard'), tenantKindLabel('kind-0')]).toEqual(['standard', 'kind-0']);
  });

  it('count the process itself too', async () => {
    const text = await metricsRegistry.metrics();
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });
});
