import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEmptyTestDatabase, type TestDatabase } from '@clipfleet/testing';
import { LedgerDatabase } from './ledger-database.js';
import { runMigrations } from './run-migrations.js';
import { dumpSchema } from './schema-dump.js';

const committed = new URL('../../schema.sql', import.meta.url);
const migrations = [
  'Initial1764000000000',
  'FingerprintFirst1764000000001',
  'UploadOwner1764000000002',
  'Files1764000000010',
  'TokenScopes1764000000012',
  'MadeFiles1764000000020',
  'FairDispatch1764000000030',
  'ListsByState1764000000040',
  'OutputExpiry1764000000050',
  'ReturnedWork1764000000060',
  'TenantKind1764000000070',
  'PlanMessages1764000000080',
];
const title =
  '-- The schema after all migrations; `CLIPFLEET_WRITE_SCHEMA=1 npm test -- libs/ledger/src/database/schema` writes it.\n\n';

describe('the schema', () => {
  let server: TestDatabase;
  let database: LedgerDatabase;

  beforeAll(async () => {
    server = await createEmptyTestDatabase();
    const ran = await Promise.all([1, 2, 3, 4].map(() => runMigrations(server.url)));
    expect(ran.flat()).toEqual(migrations);
    database = await LedgerDatabase.open({ url: server.url });
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  it('after four gateways have migrated at once is the committed dump', async () => {
    const text = title + (await dumpSchema(database));
    if (process.env['CLIPFLEET_WRITE_SCHEMA']) await writeFile(committed, text);
    expect(text).toBe(await readFile(committed, 'utf8'));
  });

  it('is what the entities say', async () => {
    const pending = await database.dataSource.driver.createSchemaBuilder().log();
    expect(pending.upQueries.map((query) => query.query)).toEqual([]);
  });

  it('of a newer version is as good', async () => {
    await database.assertReady();
    await database.dataSource.query(
      `INSERT INTO schema_migration (timestamp, name) VALUES (9e12, 'Later9000000000000')`,
    );
    await database.assertReady();
    await database.dataSource.query(`DELETE FROM schema_migration WHERE name = 'Later9000000000000'`);
  });

  it('can be taken back and made again, and is not ready until then', async () => {
    await database.dataSource.undoLastMigration();
    await expect(database.assertReady()).rejects.toThrow(`version: ${migrations.at(-1)} has not run`);
    for (const _migration of migrations.slice(1)) await database.dataSource.undoLastMigration();
    expect(await dumpSchema(database)).toBe('');
    await database.dataSource.query('DROP TABLE schema_migration');
    const nothing = `version: ${migrations[0]} and ${migrations.length - 1} after it has not run`;
    await expect(database.assertReady()).rejects.toThrow(nothing);
    await expect(database.awaitSchema(0)).rejects.toThrow(nothing);
    const waiting = database.awaitSchema(60_000);
    expect(await runMigrations(server.url)).toEqual(migrations);
    await waiting;
    await database.assertReady();
    expect(title + (await dumpSchema(database))).toBe(await readFile(committed, 'utf8'));
  });
});
