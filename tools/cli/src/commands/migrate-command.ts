import { runMigrations } from '@clipfleet/ledger';
import { databaseUrl } from './token-command.js';

/** What a deployment runs before its gateways. */
export const migrateCommand = async (): Promise<void> => {
  const names = await runMigrations(databaseUrl());
  console.log(names.length === 0 ? 'the schema is up to date' : names.map((name) => `migrated: ${name}`).join('\n'));
};
