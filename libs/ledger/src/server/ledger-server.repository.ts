import type { LedgerDatabase, Statement } from '../database/ledger-database.js';

/** How the Postgres server stands, under all that uses it. */
export interface LedgerServer {
  connections: number;
  /** What plain roles may have. */
  connectionsLimit: number;
  /** Null: the role may not see them. */
  standbys: number | null;
  /** Of the one that is furthest behind. Null without one, and where the role may not see them. */
  standbyLagBytes: number | null;
}

/**
 * Everybody sees who is connected; of what sort it is only who has the rights of `pg_read_all_stats`, by way of `pg_monitor`. Without
 * them the workers of autovacuum, three at most, are taken for clients. Of standbys one then sees nothing but that they are there, and so
 * of a backup that is being taken: both are told as null. Backups and archives of the log replay nothing.
 */
const look: Statement = {
  name: 'ledger-server',
  text: `
    SELECT
      (SELECT count(*)::float8 FROM pg_stat_activity
        WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend') AS connections,
      current_setting('max_connections')::float8 - current_setting('superuser_reserved_connections')::float8
        - coalesce(current_setting('reserved_connections', true), '0')::float8 AS "connectionsLimit",
      CASE WHEN sees THEN standby.count END AS standbys,
      CASE WHEN sees THEN standby.lag END AS "standbyLagBytes"
    FROM pg_has_role('pg_read_all_stats', 'USAGE') AS sees,
      (SELECT count(*)::float8 AS count, max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))::float8 AS lag
        FROM pg_stat_replication WHERE state IN ('catchup', 'streaming') AND replay_lsn IS NOT NULL) AS standby`,
};

export class LedgerServerRepository {
  constructor(private readonly database: LedgerDatabase) {}

  async look(): Promise<LedgerServer> {
    const [server] = await this.database.query<LedgerServer>(look, []);
    return server;
  }
}
