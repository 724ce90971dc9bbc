import { type DashboardSpec, quantile, type Row } from './panel.js';

const KIND = '{kind=~"$kind"}';

const slots: Row = {
  title: 'Slots',
  panels: [
    {
      title: 'Slots and work in flight',
      description: 'What all processes may handle at once, and what they do.',
      unit: 'short',
      queries: [
        { expr: `sum by (cluster, kind) (clipfleet_worker_slots${KIND})`, legend: '{{kind}} slots' },
        { expr: `sum by (cluster, kind) (clipfleet_tasks_in_flight${KIND})`, legend: '{{kind}} in flight' },
      ],
    },
    {
      title: 'Slots in use',
      description: 'At 100 % work waits for slots.',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum by (cluster, kind) (clipfleet_tasks_in_flight${KIND}) / (sum by (cluster, kind) (clipfleet_worker_slots${KIND}) > 0)`,
          legend: '{{kind}}',
        },
      ],
    },
    {
      title: 'Messages',
      description: 'That wait for their first delivery, and that are delivered and not settled.',
      unit: 'short',
      queries: [
        { expr: `max by (cluster, kind) (clipfleet_queue_pending${KIND})`, legend: '{{kind}} waiting' },
        { expr: `max by (cluster, kind) (clipfleet_queue_ack_pending${KIND})`, legend: '{{kind}} in work' },
      ],
    },
    {
      title: 'Held work',
      description: 'Messages that wait in the ledger for their turn. `plan`: exports that are not begun.',
      unit: 'short',
      queries: [{ expr: `max by (cluster, kind) (clipfleet_held_work${KIND})`, legend: '{{kind}}' }],
    },
    {
      title: 'Released work',
      description: 'Messages a second that had waited in the ledger and were let into their queue.',
      unit: 'ops',
      queries: [{ expr: `sum by (cluster, kind) (rate(clipfleet_dispatched_total${KIND}[5m]))`, legend: '{{kind}}' }],
    },
    {
      title: 'Work that is left',
      description: 'Seconds that one slot would need for it: what the autoscaler reads.',
      unit: 's',
      queries: [{ expr: `max by (cluster, kind) (clipfleet_backlog_work_seconds${KIND})`, legend: '{{kind}}' }],
    },
    {
      title: 'Processes',
      description: 'Of each app: those that are there, and those that are ready for work or requests.',
      unit: 'short',
      queries: [
        { expr: 'count by (cluster, app) (clipfleet_ready)', legend: '{{app}}' },
        { expr: 'sum by (cluster, app) (clipfleet_ready)', legend: '{{app}} ready' },
      ],
    },
  ],
};

const outcomes: Row = {
  title: 'Outcomes',
  panels: [
    {
      title: 'Settled messages',
      description: 'A second, by what became of them.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (cluster, kind, outcome) (rate(clipfleet_task_duration_seconds_count${KIND}[5m]))`,
          legend: '{{kind}} {{outcome}}',
        },
      ],
    },
    {
      title: 'Speed of encodes',
      description: 'Seconds of media a second: the slowest in ten, and the middle.',
      unit: 'x',
      queries: [
        { expr: quantile(0.1, 'clipfleet_transcode_speed_ratio', ['kind']), legend: 'p10 {{kind}}' },
        { expr: quantile(0.5, 'clipfleet_transcode_speed_ratio', ['kind']), legend: 'p50 {{kind}}' },
      ],
    },
    {
      title: 'Redeliveries',
      description: 'Deliveries a second that are not the first one.',
      unit: 'ops',
      queries: [
        { expr: `sum by (cluster, kind) (rate(clipfleet_task_redeliveries_total${KIND}[5m]))`, legend: '{{kind}}' },
      ],
    },
    {
      title: 'Dead letters',
      description:
        'Messages taken out because nobody can handle them. `rejected` ones are exports that failed by name.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (cluster, kind, reason) (increase(clipfleet_dead_letters${KIND}[5m]))`,
          legend: '{{kind}} {{reason}}',
        },
      ],
    },
  ],
};

export const workersDashboard: DashboardSpec = {
  uid: 'clipfleet-workers',
  title: 'Clipfleet / Workers',
  description: 'Slots, work in flight, speed, and what is done twice or given up.',
  hasKinds: true,
  rows: [slots, outcomes],
};
