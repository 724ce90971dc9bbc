import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files that exports make, and recordings that are registered where they lie. An export that reads files of its tenant may
 * read the places they lie in, which no grant names.
 */
export class MadeFiles1764000000020 implements MigrationInterface {
  name = 'MadeFiles1764000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE export ADD own_places jsonb NOT NULL DEFAULT '[]'`);
    await runner.query(
      `ALTER TABLE file ADD export_id uuid REFERENCES export ON DELETE SET NULL,
      ADD registered boolean NOT NULL DEFAULT false`,
    );
    await runner.query('CREATE UNIQUE INDEX file_export ON file (export_id) WHERE export_id IS NOT NULL');
    await runner.query(
      'CREATE UNIQUE INDEX file_registered ON file (key, bucket, store_id, tenant_id) WHERE registered',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE file DROP export_id, DROP registered');
    await runner.query('ALTER TABLE export DROP own_places');
  }
}
