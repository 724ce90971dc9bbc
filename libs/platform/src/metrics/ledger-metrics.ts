import { defineGauge } from './registry.js';

/** Every gateway tells the same server: take the maximum, not the sum. */
export const ledgerConnections = defineGauge({
  name: 'ledger_connections',
  help: 'Connections of clients to the Postgres server of the ledger, whoever they are.',
  labels: [],
});

/** Beyond it Postgres refuses: `max_connections` less those that it keeps for superusers and for its own monitoring. */
export const ledgerConnectionsLimit = defineGauge({
  name: 'ledger_connections_limit',
  help: 'Connections that the Postgres server of the ledger lets plain roles have.',
  labels: [],
});

/** Absent where the role of the gateways may not see it (`pg_monitor`). */
export const ledgerStandbys = defineGauge({
  name: 'ledger_standbys',
  help: 'Standbys that are connected to the Postgres server of the ledger and replay what it writes.',
  labels: [],
});

/**
 * In bytes: the time that Postgres tells is that of the last answer of a standby, and stays as it is when it does not go on. Absent
 * without a standby, and without the right to see it.
 */
export const ledgerStandbyLagBytes = defineGauge({
  name: 'ledger_standby_lag_bytes',
  help: 'What the standby that is furthest behind has not yet replayed.',
  labels: [],
});
