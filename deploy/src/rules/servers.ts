import type { AlertRule } from './rule.js';

const GIB = 2 ** 30;

/** Of every gateway that tells the same server. */
const of = (metric: string): string => `max by (cluster) (clipfleet_${metric})`;

/** What the fleet sees of NATS and Postgres, before they refuse. */
export const serverAlerts: readonly AlertRule[] = [
  {
    ...{ alert: 'ClipfleetJetStreamFull', for: '10m', severity: 'ticket' },
    expr: `${of('jetstream_storage_bytes')} / ${of('jetstream_storage_limit_bytes')} > 0.8`,
    summary: 'The storage of JetStream is nearly full',
    description: 'The streams take {{ $value | humanizePercentage }} of what they may: at 100 % no work is published.',
  },
  {
    ...{ alert: 'ClipfleetLedgerConnections', for: '15m', severity: 'ticket' },
    // a rollout of all gateways takes as much for some minutes
    expr: `${of('ledger_connections')} / ${of('ledger_connections_limit')} > 0.9`,
    summary: 'The connections of the ledger are nearly used up',
    description:
      '{{ $value | humanizePercentage }} of the connections of Postgres are taken: at 100 % gateways are refused.',
  },
  {
    ...{ alert: 'ClipfleetStandbyBehind', for: '10m', severity: 'ticket' },
    expr: `${of('ledger_standby_lag_bytes')} > ${GIB}`,
    summary: 'A standby of the ledger is far behind',
    description:
      'It has not replayed {{ $value | humanize1024 }}B of what the ledger has written: a failover to it would take long.',
  },
  {
    ...{ alert: 'ClipfleetStandbyGone', for: '15m', severity: 'ticket' },
    expr: `${of('ledger_standbys')} < max by (cluster) (max_over_time(clipfleet_ledger_standbys[1d]))`,
    summary: 'The ledger has lost a standby',
    description: 'Standbys that follow the ledger: {{ $value }}. Within the last day there were more.',
  },
];
