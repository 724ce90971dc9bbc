import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Outputs that expire. What is to be removed is kept by itself, and not by its export: an export may be purged long before its
 * output expires, and a later one may write the same object. `name`: the key without its extension, `.edges.ts` being one, which an
 * output shares with what lies beside it.
 */
export class OutputExpiry1764000000050 implements MigrationInterface {
  name = 'OutputExpiry1764000000050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE export ADD expires_in_ms bigint, ADD expires_at timestamptz');
    await runner.query(`CREATE TABLE output_removal (
      store_id text NOT NULL,
      bucket text NOT NULL,
      key text NOT NULL,
      name text NOT NULL GENERATED ALWAYS AS (regexp_replace(key, '(\\.edges)?\\.[^./]*$', '')) STORED,
      etag text NOT NULL,
      due_at timestamptz NOT NULL,
      attempts integer NOT NULL DEFAULT 0,
      PRIMARY KEY (name, bucket, store_id, key)
    )`);
    await runner.query('CREATE INDEX output_removal_due ON output_removal (due_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE output_removal');
    await runner.query('ALTER TABLE export DROP expires_in_ms, DROP expires_at');
  }
}
