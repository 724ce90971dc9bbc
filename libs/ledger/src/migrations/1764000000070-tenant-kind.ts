import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What sort of customer a tenant is: metrics tell exports by it, so there are few of them. */
export class TenantKind1764000000070 implements MigrationInterface {
  name = 'TenantKind1764000000070';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE tenant ADD kind text NOT NULL DEFAULT 'standard',
        ADD CONSTRAINT tenant_kind CHECK (kind ~ '^[a-z][a-z0-9-]{0,31}$')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tenant DROP kind');
  }
}
