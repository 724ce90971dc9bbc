import { SLO_OBJECTIVE } from '../rules/slo.js';
import { type DashboardSpec, ofTenants, quantile, type Row } from './panel.js';

const budget = Math.round((1 - SLO_OBJECTIVE) * 1e6) / 1e6;

const missed =
  `sum by (cluster) (rate(clipfleet_export_slo_total${ofTenants('result="missed"')}[1h]))` +
  ` / sum by (cluster) (rate(clipfleet_export_slo_total${ofTenants()}[1h]))`;

const promise: Row = {
  title: 'The promise',
  panels: [
    {
      title: 'Kept in the last hour',
      description: `Of the exports that ended, those that were completed in time. The aim is ${SLO_OBJECTIVE * 100} %.`,
      unit: 'percentunit',
      isStat: true,
      queries: [{ expr: `1 - ${missed}`, legend: 'kept' }],
    },
    {
      title: 'Burn rate',
      description: '1 uses the budget up within 30 days, 14.4 within two.',
      unit: 'x',
      isStat: true,
      queries: [{ expr: `${missed} / ${budget}`, legend: 'of the budget' }],
    },
    {
      title: 'Unfinished now',
      description: 'Exports that have not ended, in any state.',
      unit: 'short',
      isStat: true,
      queries: [
        { expr: 'sum by (cluster) (max by (cluster, state) (clipfleet_exports_unfinished))', legend: 'exports' },
      ],
    },
    {
      title: 'Longest standstill',
      description: 'Since anything happened to the unfinished export that stands still the longest.',
      unit: 's',
      isStat: true,
      queries: [{ expr: 'max by (cluster) (clipfleet_export_idle_seconds)', legend: 'idle' }],
    },
  ],
};

const exportsRow: Row = {
  title: 'Exports',
  panels: [
    {
      title: 'New exports',
      description: 'A second, by the kind of tenant.',
      unit: 'ops',
      isStacked: true,
      queries: [
        {
          expr: `sum by (cluster, tenant_kind) (rate(clipfleet_exports_accepted_total${ofTenants()}[5m]))`,
          legend: '{{tenant_kind}}',
        },
      ],
    },
    {
      title: 'Ended exports',
      description: 'A second, by outcome.',
      unit: 'ops',
      isStacked: true,
      queries: [
        {
          expr: `sum by (cluster, outcome) (rate(clipfleet_export_duration_seconds_count${ofTenants()}[5m]))`,
          legend: '{{outcome}}',
        },
      ],
    },
    {
      title: 'Duration of completed exports',
      description: 'From acceptance to completion.',
      unit: 's',
      queries: [
        {
          expr: quantile(0.5, 'clipfleet_export_duration_seconds', ['container'], ofTenants('outcome="completed"')),
          legend: 'p50 {{container}}',
        },
        {
          expr: quantile(0.95, 'clipfleet_export_duration_seconds', ['container'], ofTenants('outcome="completed"')),
          legend: 'p95 {{container}}',
        },
      ],
    },
    {
      title: 'Unfinished exports',
      description: 'By state. Growing recordings stay in `running` as long as they grow.',
      unit: 'short',
      isStacked: true,
      queries: [{ expr: 'max by (cluster, state) (clipfleet_exports_unfinished)', legend: '{{state}}' }],
    },
    {
      title: 'Time until the backlog is gone',
      description: 'The work that is left, over the slots there are.',
      unit: 's',
      queries: [{ expr: 'clipfleet:backlog_wait_seconds:max', legend: '{{kind}}' }],
    },
    {
      title: 'Backlog age',
      description:
        'What has waited the longest: in the ledger for its turn, in its queue for a slot. `plan`: exports not begun.',
      unit: 's',
      queries: [
        { expr: 'max by (cluster, kind) (clipfleet_held_oldest_age_seconds)', legend: '{{kind}} in the ledger' },
        { expr: 'max by (cluster, kind) (clipfleet_queue_oldest_age_seconds)', legend: '{{kind}} in its queue' },
      ],
    },
    {
      title: 'How exports are made',
      description: 'Plans a second, by strategy.',
      unit: 'ops',
      isStacked: true,
      queries: [{ expr: 'sum by (cluster, strategy) (rate(clipfleet_plans_total[5m]))', legend: '{{strategy}}' }],
    },
    {
      title: 'Why not the fast way',
      description: 'Plans a second that go a slower way than the fast one although nobody asked for it.',
      unit: 'ops',
      queries: [{ expr: 'sum by (cluster, reason) (rate(clipfleet_fallbacks_total[5m]))', legend: '{{reason}}' }],
    },
  ],
};

const requests: Row = {
  title: 'Requests',
  panels: [
    {
      title: 'Requests',
      description: 'A second, by route and status.',
      unit: 'reqps',
      queries: [
        {
          expr: 'sum by (cluster, route, status) (rate(clipfleet_http_request_duration_seconds_count[5m]))',
          legend: '{{route}} {{status}}',
        },
      ],
    },
    {
      title: 'Slowest requests',
      description: 'One in a hundred takes longer.',
      unit: 's',
      queries: [{ expr: quantile(0.99, 'clipfleet_http_request_duration_seconds', ['route']), legend: '{{route}}' }],
    },
    {
      title: 'Failed requests',
      description: 'Part of the answers that are 5xx.',
      unit: 'percentunit',
      queries: [{ expr: 'clipfleet:http_errors:ratio_rate5m', legend: '5xx' }],
    },
  ],
};

export const overviewDashboard: DashboardSpec = {
  uid: 'clipfleet-overview',
  title: 'Clipfleet / Overview',
  description: 'Rate, errors, duration, backlog, and whether the promise is kept.',
  hasTenantKinds: true,
  rows: [promise, exportsRow, requests],
};
