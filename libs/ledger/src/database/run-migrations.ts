import { createDataSource, retrying, type OnWarning } from './ledger-database.js';

/** Arbitrary, but the same for every Clipfleet process: who holds it migrates, the others wait. */
const MIGRATION_LOCK_KEY = 7_203_441_001;
/** The database may be starting together with us. */
const WAIT_FOR_SERVER_MS = 60_000;

/**
 * Brings the schema up to date; returns the names of what it ran. Safe when several gateways start at once: the lock is
 * taken on the connection that migrates, so the ones that waited find nothing left to do.
 */
export const runMigrations = async (url: string, onWarning: OnWarning = () => undefined): Promise<string[]> => {
  const dataSource = createDataSource({ url, poolSize: 1, onWarning });
  await retrying(() => dataSource.initialize(), WAIT_FOR_SERVER_MS, onWarning);
  try {
    // The pool has one connection: lock and migrations share the session.
    await dataSource.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK_KEY]);
    try {
      const ran = await dataSource.runMigrations({ transaction: 'each' });
      return ran.map((migration) => migration.name);
    } finally {
      await dataSource.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK_KEY]);
    }
  } finally {
    await dataSource.destroy();
  }
};
