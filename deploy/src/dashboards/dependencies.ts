import { type DashboardSpec, quantile, type Row } from './panel.js';

const stores: Row = {
  title: 'Stores',
  panels: [
    {
      title: 'Requests to stores',
      description: 'A second, by operation.',
      unit: 'reqps',
      queries: [
        {
          expr: 'sum by (cluster, store, operation) (rate(clipfleet_store_request_duration_seconds_count[5m]))',
          legend: '{{store}} {{operation}}',
        },
      ],
    },
    {
      title: 'Slow answers',
      description: 'One in twenty takes longer; of a read, to its first byte.',
      unit: 's',
      queries: [
        {
          expr: quantile(0.95, 'clipfleet_store_request_duration_seconds', ['store', 'operation']),
          legend: '{{store}} {{operation}}',
        },
      ],
    },
    {
      title: 'Outcomes',
      description: 'A second. `not-found` and `precondition-failed` are answers too.',
      unit: 'reqps',
      queries: [
        {
          expr: 'sum by (cluster, store, outcome) (rate(clipfleet_store_request_duration_seconds_count[5m]))',
          legend: '{{store}} {{outcome}}',
        },
      ],
    },
    {
      title: 'Failed requests to stores',
      description: 'Part of the requests that are refused or not answered.',
      unit: 'percentunit',
      queries: [{ expr: 'clipfleet:store_errors:ratio_rate5m', legend: '{{store}}' }],
    },
  ],
};

const messages: Row = {
  title: 'NATS and the ledger',
  panels: [
    {
      title: 'Who is connected',
      description: 'Part of the processes of each app that have what they need: `nats`, `ledger`, `http`.',
      unit: 'percentunit',
      queries: [{ expr: 'avg by (cluster, app, check) (clipfleet_readiness_check)', legend: '{{app}} {{check}}' }],
    },
    {
      title: 'Outbox',
      description: 'Messages that are committed and not yet published.',
      unit: 'short',
      queries: [{ expr: 'max by (cluster) (clipfleet_outbox_pending)', legend: 'unpublished' }],
    },
    {
      title: 'Lost messages',
      description: 'Sent again because their stream had lost them.',
      unit: 'short',
      queries: [{ expr: 'sum by (cluster) (increase(clipfleet_redrives_total[5m]))', legend: 'sent again' }],
    },
    {
      title: 'Round trip to NATS',
      description: 'A ping of the gateway that is the furthest from its server, or waits for its own event loop.',
      unit: 's',
      queries: [{ expr: 'max by (cluster) (clipfleet_nats_round_trip_seconds)', legend: 'slowest' }],
    },
    {
      title: 'Reconnects to NATS',
      description:
        'Processes that had lost their connection and are connected again. A rolling restart of NATS moves each of them.',
      unit: 'short',
      queries: [{ expr: 'sum by (cluster, app) (increase(clipfleet_nats_reconnects_total[5m]))', legend: '{{app}}' }],
    },
    {
      title: 'Storage of JetStream',
      description:
        'What the streams take, each copy counted, against the limit of their account: beyond it nothing is published.',
      unit: 'bytes',
      queries: [
        { expr: 'max by (cluster) (clipfleet_jetstream_storage_bytes)', legend: 'taken' },
        { expr: 'max by (cluster) (clipfleet_jetstream_storage_limit_bytes)', legend: 'limit' },
      ],
    },
    {
      title: 'Streams and consumers',
      description:
        'Three streams, one consumer for each sort of message, and one of each process that hears of ended exports.',
      unit: 'short',
      queries: [{ expr: 'max by (cluster, sort) (clipfleet_jetstream_assets)', legend: '{{sort}}' }],
    },
    {
      title: 'Connections of the ledger',
      description:
        'Of all clients, against what Postgres lets plain roles have (`max_connections` less those it keeps).',
      unit: 'short',
      queries: [
        { expr: 'max by (cluster) (clipfleet_ledger_connections)', legend: 'connections' },
        { expr: 'max by (cluster) (clipfleet_ledger_connections_limit)', legend: 'limit' },
      ],
    },
    {
      title: 'Standbys of the ledger',
      description: 'Connected and replaying. Nothing is told to a role without `pg_monitor`.',
      unit: 'short',
      queries: [{ expr: 'max by (cluster) (clipfleet_ledger_standbys)', legend: 'standbys' }],
    },
    {
      title: 'Lag of the standbys of the ledger',
      description:
        'What the one that is furthest behind has not replayed yet: a failover waits for it. Nothing without a standby.',
      unit: 'bytes',
      queries: [{ expr: 'max by (cluster) (clipfleet_ledger_standby_lag_bytes)', legend: 'furthest behind' }],
    },
  ],
};

const processes: Row = {
  title: 'Processes',
  panels: [
    {
      title: 'Processor',
      description:
        'Cores that each app takes, all of its processes together. An ffmpeg is a process of its own, and not among them.',
      unit: 'short',
      isStacked: true,
      queries: [{ expr: 'sum by (cluster, app) (rate(process_cpu_seconds_total[5m]))', legend: '{{app}}' }],
    },
    {
      title: 'Memory',
      description: 'Of the largest process of each app.',
      unit: 'bytes',
      queries: [{ expr: 'max by (cluster, app) (process_resident_memory_bytes)', legend: '{{app}}' }],
    },
    {
      title: 'Event loop',
      description: 'How late the slowest process of each app is: what is over 0.1 s is felt by everybody.',
      unit: 's',
      queries: [{ expr: 'max by (cluster, app) (nodejs_eventloop_lag_p99_seconds)', legend: '{{app}}' }],
    },
  ],
};

export const dependenciesDashboard: DashboardSpec = {
  uid: 'clipfleet-dependencies',
  title: 'Clipfleet / Stores and dependencies',
  description: 'Stores, NATS, the ledger, and the processes themselves.',
  rows: [stores, messages, processes],
};
