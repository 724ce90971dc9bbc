import type { AlertRule, RecordingRule } from './rule.js';

/**
 * Answers that take as long as the client takes to read or send a file, or a worker to look at one: downloads, uploads, and what is
 * asked of media.
 */
const UNHURRIED_ROUTES = '/(files|cdn)/.*|(/(oserve|hserve)/.*)?/upload|/(oserve|hserve)/v1/media/.*';

/** What panels and alerts ask for again and again. */
export const fleetRecordings: readonly RecordingRule[] = [
  {
    record: 'clipfleet:http_errors:ratio_rate5m',
    expr:
      '(sum by (cluster) (rate(clipfleet_http_request_duration_seconds_count{status=~"5.."}[5m])) or 0 * sum by (cluster) (rate(clipfleet_http_request_duration_seconds_count[5m])))' +
      ' / sum by (cluster) (rate(clipfleet_http_request_duration_seconds_count[5m]))',
    by: [],
  },
  {
    record: 'clipfleet:http_request_duration_seconds:p99_5m',
    expr: `histogram_quantile(0.99, sum by (cluster, le) (rate(clipfleet_http_request_duration_seconds_bucket{route!~"${UNHURRIED_ROUTES}"}[5m])))`,
    by: [],
  },
  {
    record: 'clipfleet:backlog_wait_seconds:max',
    expr: 'max by (cluster, kind) (clipfleet_backlog_work_seconds) / on (cluster, kind) (sum by (cluster, kind) (clipfleet_worker_slots) > 0)',
    by: ['kind'],
  },
  {
    record: 'clipfleet:store_errors:ratio_rate5m',
    expr:
      '(sum by (cluster, store) (rate(clipfleet_store_request_duration_seconds_count{outcome=~"unavailable|refused|access-denied|unexpected"}[5m])) or 0 * sum by (cluster, store) (rate(clipfleet_store_request_duration_seconds_count[5m])))' +
      ' / sum by (cluster, store) (rate(clipfleet_store_request_duration_seconds_count[5m]))',
    by: ['store'],
  },
];

/** The processes of a fleet, by the monitor of k8s/components/monitoring. */
const TARGETS = 'up{job=~"(.+/)?clipfleet"}';

/**
 * What a counter has counted in `window`, if anything. A process that has just been started counts before anybody has read its 0, and
 * what ends its process again and again is counted by nobody else: a series that was not there before has counted all it says.
 */
const anyIn = (window: string, labels: string, series: string): string =>
  `sum by (${labels}) (increase(${series}[${window}])) > 0` +
  ` or sum by (${labels}) (${series} unless ${series} offset ${window}) > 0`;

const serving: readonly AlertRule[] = [
  {
    ...{ alert: 'ClipfleetGatewayDown', for: '2m', severity: 'page' },
    // a fleet is there as long as Prometheus looks for any process of it
    expr: `count by (cluster) (${TARGETS}) unless on (cluster) (max by (cluster) (clipfleet_ready{app="gateway"}) == 1) or absent(${TARGETS})`,
    summary: 'No gateway is ready',
    description: 'No gateway takes requests: none is answered, and nothing that workers finish is recorded.',
  },
  {
    ...{ alert: 'ClipfleetNatsAway', for: '2m', severity: 'page' },
    expr: 'max by (cluster) (clipfleet_readiness_check{check="nats"}) == 0',
    summary: 'NATS is away',
    description: 'No process is connected to NATS: requests are accepted, and no work is done.',
  },
  {
    ...{ alert: 'ClipfleetLedgerAway', for: '2m', severity: 'page' },
    expr: 'max by (cluster) (clipfleet_readiness_check{check="ledger"}) == 0',
    summary: 'The ledger is away',
    description: 'No gateway can use Postgres: no request is accepted, and nothing that workers finish is recorded.',
  },
  {
    ...{ alert: 'ClipfleetApiErrors', for: '5m', severity: 'page' },
    expr: 'clipfleet:http_errors:ratio_rate5m > 0.02',
    summary: 'The API fails',
    description: '{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with 5xx.',
  },
  {
    ...{ alert: 'ClipfleetApiSlow', for: '10m', severity: 'ticket' },
    expr: 'clipfleet:http_request_duration_seconds:p99_5m > 1',
    summary: 'The API is slow',
    description: 'One request in a hundred takes longer than {{ $value | humanizeDuration }}; files are not counted.',
  },
];

const working: readonly AlertRule[] = [
  {
    ...{ alert: 'ClipfleetNoWorkers', for: '5m', severity: 'page' },
    expr: 'max by (cluster, kind) (clipfleet_queue_pending) > 0 unless on (cluster, kind) (sum by (cluster, kind) (clipfleet_worker_slots) > 0)',
    summary: 'Nobody works on {{ $labels.kind }}',
    description: '{{ $value }} messages of kind {{ $labels.kind }} wait, and no process takes them.',
  },
  {
    ...{ alert: 'ClipfleetQueueOld', for: '5m', severity: 'ticket' },
    expr: 'max by (cluster, kind) (clipfleet_queue_oldest_age_seconds) > 300',
    summary: 'Work of kind {{ $labels.kind }} waits too long',
    description: 'The oldest message has waited for {{ $value | humanizeDuration }}.',
  },
  {
    ...{ alert: 'ClipfleetDeadLetters', for: '0m', severity: 'page' },
    // a rejected message is an export that failed by name, and counts there
    expr: anyIn('15m', 'cluster, kind, reason', 'clipfleet_dead_letters{reason!="rejected"}'),
    summary: 'Messages of kind {{ $labels.kind }} were taken out of the queue ({{ $labels.reason }})',
    description: 'They could not be read, or ended their process again and again. Their exports fail.',
  },
  {
    ...{ alert: 'ClipfleetRedeliveries', for: '15m', severity: 'ticket' },
    expr:
      'sum by (cluster, kind) (rate(clipfleet_task_redeliveries_total[15m]))' +
      ' / sum by (cluster, kind) (rate(clipfleet_task_duration_seconds_count[15m])) > 0.2',
    summary: 'Much work of kind {{ $labels.kind }} is done twice',
    description:
      '{{ $value | humanizePercentage }} of the deliveries are not the first ones: processes die, or are too slow to be heard.',
  },
  {
    ...{ alert: 'ClipfleetTasksOutlastGrace', for: '30m', severity: 'ticket' },
    // CLIPFLEET_SHUTDOWN_GRACE_MS of transcode-worker; the bucket below it
    expr:
      '1 - sum by (cluster) (rate(clipfleet_task_duration_seconds_bucket{kind="transcode", le=~"300([.]0)?"}[1h]))' +
      ' / sum by (cluster) (rate(clipfleet_task_duration_seconds_count{kind="transcode"}[1h])) > 0.05',
    summary: 'Encodes take so long that a shutdown throws them away',
    description:
      '{{ $value | humanizePercentage }} of the encodes take over 5 minutes: ranges are too long for the machines they run on.',
  },
];

const heldFor = (kinds: string): string =>
  `max by (cluster, kind) (min_over_time(clipfleet_held_work${kinds}[5m])) > 0`;

const standing: readonly AlertRule[] = [
  {
    ...{ alert: 'ClipfleetExportsStuck', for: '5m', severity: 'page' },
    expr: 'max by (cluster) (clipfleet_export_idle_seconds) > 900',
    summary: 'An export stands still',
    description:
      'Nothing has happened to an unfinished export for {{ $value | humanizeDuration }}; the sweeper should have looked at it.',
  },
  {
    ...{ alert: 'ClipfleetHeldWork', for: '5m', severity: 'page' },
    // plans wait rightly while their limits of exports under way are reached: then something is worked on
    expr:
      `(${heldFor('{kind!="plan"}')} and on (cluster, kind)` +
      ' sum by (cluster, kind) (clipfleet_worker_slots) - sum by (cluster, kind) (max_over_time(clipfleet_tasks_in_flight[5m])) > 0' +
      ` or ${heldFor('{kind="plan"}')} unless on (cluster)` +
      ' sum by (cluster) (max_over_time(clipfleet_tasks_in_flight{kind=~"plan|segment|transcode|thumb"}[5m])) > 0)' +
      ' unless on (cluster, kind) sum by (cluster, kind) (increase(clipfleet_dispatched_total[5m])) > 0',
    summary: 'Work of kind {{ $labels.kind }} stands in the ledger',
    description: '{{ $value }} messages wait for their turn, slots are free, and none is let into its queue.',
  },
  {
    ...{ alert: 'ClipfleetOutboxStuck', for: '5m', severity: 'page' },
    expr: 'max by (cluster) (min_over_time(clipfleet_outbox_pending[5m])) > 20',
    summary: 'Messages are not published',
    description: '{{ $value }} messages or more have waited in the outbox for 5 minutes: NATS does not take them.',
  },
  {
    ...{ alert: 'ClipfleetLostMessages', for: '0m', severity: 'ticket' },
    expr: anyIn('30m', 'cluster', 'clipfleet_redrives_total'),
    summary: 'JetStream has lost messages',
    description: '{{ $value | humanize }} messages were sent again because their stream does not have them any more.',
  },
  {
    ...{ alert: 'ClipfleetStoreErrors', for: '5m', severity: 'page' },
    expr: 'clipfleet:store_errors:ratio_rate5m > 0.05',
    summary: 'The store {{ $labels.store }} fails',
    description: '{{ $value | humanizePercentage }} of the requests to it are refused or not answered.',
  },
];

export const fleetAlerts: readonly AlertRule[] = [...serving, ...working, ...standing];
