import { ledgerMigrations } from '../migrations/index.js';
import type { SqlRunner, Statement } from './ledger-database.js';

const UNDEFINED_TABLE = '42P01';
const known = ledgerMigrations.map(({ name }) => name);

/** By name: those of a newer version have run besides, and are none of ours. */
const applied: Statement = {
  name: 'schema-applied',
  text: 'SELECT name FROM schema_migration WHERE name = ANY($1::text[])',
};

/** What this version of the code needs and nobody has run; in order. */
export const migrationsMissing = async (runner: SqlRunner): Promise<string[]> => {
  try {
    const rows = await runner.query<{ name: string }>(applied, [known]);
    const names = new Set(rows.map(({ name }) => name));
    return known.filter((name) => !names.has(name));
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return known;
    throw error;
  }
};

export const assertNoneMissing = (missing: readonly string[]): void => {
  const { length } = missing;
  if (length === 0) return;
  const others = length === 1 ? '' : ` and ${length - 1} after it`;
  throw new Error(`the schema of the database is older than this version: ${missing[0]}${others} has not run`);
};
