import { type DashboardSpec, mean, ofTenants, quantile, type Row } from './panel.js';

const STEPS = '{kind=~"plan|segment|transcode|thumb|assemble"}';

const time: Row = {
  title: 'Where the time goes',
  panels: [
    {
      title: 'Work per ended export',
      description: 'Seconds of slots that one export takes, by step. Steps of many tasks run side by side.',
      unit: 's',
      isStacked: true,
      queries: [
        {
          expr:
            `sum by (cluster, kind) (rate(clipfleet_task_duration_seconds_sum${STEPS}[5m]))` +
            ' / on (cluster) group_left () sum by (cluster) (rate(clipfleet_export_duration_seconds_count[5m]))',
          legend: '{{kind}}',
        },
      ],
    },
    {
      title: 'Queue wait',
      description: 'From the publication of a message to its first delivery, on average.',
      unit: 's',
      queries: [{ expr: mean('clipfleet_queue_wait_seconds', ['kind'], STEPS), legend: '{{kind}}' }],
    },
    {
      title: 'Queue wait, the slowest in twenty',
      description: 'As above: one in twenty waits longer.',
      unit: 's',
      queries: [{ expr: quantile(0.95, 'clipfleet_queue_wait_seconds', ['kind'], STEPS), legend: '{{kind}}' }],
    },
    {
      title: 'Duration of a step',
      description: 'Time a handler takes for one message, on average.',
      unit: 's',
      queries: [{ expr: mean('clipfleet_task_duration_seconds', ['kind'], STEPS), legend: '{{kind}}' }],
    },
    {
      title: 'Duration of a step, the slowest in twenty',
      description: 'As above: one in twenty takes longer.',
      unit: 's',
      queries: [{ expr: quantile(0.95, 'clipfleet_task_duration_seconds', ['kind'], STEPS), legend: '{{kind}}' }],
    },
    {
      title: 'What the ledger hears',
      description: 'Time from a report to its entry in the ledger: queue wait of events.',
      unit: 's',
      queries: [
        {
          expr: quantile(
            0.95,
            'clipfleet_queue_wait_seconds',
            ['kind'],
            '{kind=~"export-planned|export-extended|task-completed|attempt-failed"}',
          ),
          legend: '{{kind}}',
        },
      ],
    },
  ],
};

const bytes: Row = {
  title: 'Bytes',
  panels: [
    {
      title: 'Output written',
      description: '`store_copy`: copied inside the store, no byte through us. `worker`: through a worker.',
      unit: 'Bps',
      isStacked: true,
      queries: [{ expr: 'sum by (cluster, path) (rate(clipfleet_bytes_total[5m]))', legend: '{{path}}' }],
    },
    {
      title: 'Copied inside the store',
      description: 'Part of the output that no process of ours has read.',
      unit: 'percentunit',
      queries: [
        {
          expr:
            '(sum by (cluster) (rate(clipfleet_bytes_total{path="store_copy"}[5m])) or 0 * sum by (cluster) (rate(clipfleet_bytes_total[5m])))' +
            ' / sum by (cluster) (rate(clipfleet_bytes_total[5m]))',
          legend: 'of the output',
        },
      ],
    },
  ],
};

const tenants: Row = {
  title: 'Kinds of tenants',
  panels: [
    {
      title: 'Duration by kind of tenant',
      description: 'From acceptance to completion: the middle, and one in twenty takes longer than p95.',
      unit: 's',
      queries: [0.5, 0.95].map((q) => ({
        expr: quantile(q, 'clipfleet_export_duration_seconds', ['tenant_kind'], ofTenants('outcome="completed"')),
        legend: `p${q * 100} {{tenant_kind}}`,
      })),
    },
    {
      title: 'Missed by kind of tenant',
      description: 'Part of the ended exports that missed their promised time.',
      unit: 'percentunit',
      queries: [
        {
          expr:
            `sum by (cluster, tenant_kind) (rate(clipfleet_export_slo_total${ofTenants('result="missed"')}[5m]))` +
            ` / sum by (cluster, tenant_kind) (rate(clipfleet_export_slo_total${ofTenants()}[5m]))`,
          legend: '{{tenant_kind}}',
        },
      ],
    },
  ],
};

export const exportDashboard: DashboardSpec = {
  uid: 'clipfleet-export',
  title: 'Clipfleet / Export',
  description: 'Where the time of an export goes, and its bytes.',
  hasTenantKinds: true,
  rows: [time, bytes, tenants],
};
