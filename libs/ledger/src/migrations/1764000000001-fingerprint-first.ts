import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The unique indexes begin with what is unique. On a small table the planner has no reason to prefer (tenant_id, fingerprint)
 * to (tenant_id, id), and a plan it made then, kept by a connection, reads every export of the tenant for each request.
 * Statements that look one up compare the tenant in a way that leaves only these indexes to choose from.
 */
export class FingerprintFirst1764000000001 implements MigrationInterface {
  name = 'FingerprintFirst1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX export_fingerprint, export_idempotency_key');
    await runner.query(
      'CREATE UNIQUE INDEX export_fingerprint ON export (fingerprint, tenant_id) WHERE superseded_at IS NULL',
    );
    await runner.query(
      'CREATE UNIQUE INDEX export_idempotency_key ON export (idempotency_key, tenant_id) WHERE idempotency_key IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX export_fingerprint, export_idempotency_key');
    await runner.query(
      'CREATE UNIQUE INDEX export_fingerprint ON export (tenant_id, fingerprint) WHERE superseded_at IS NULL',
    );
    await runner.query(
      'CREATE UNIQUE INDEX export_idempotency_key ON export (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL',
    );
  }
}
