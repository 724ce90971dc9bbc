import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of millions of exports few failed: a list of those must not read the others. Those that have not ended have an index already. */
export class ListsByState1764000000040 implements MigrationInterface {
  name = 'ListsByState1764000000040';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX export_not_made ON export (tenant_id, state, id) WHERE state IN ('failed', 'cancelled')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX export_not_made');
  }
}
