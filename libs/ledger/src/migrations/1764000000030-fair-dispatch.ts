import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Work is held in the outbox until the dispatcher lets it into the streams, which keep only what is worked on next. What a
 * held message needs to be chosen stands in its own row. Exports of recordings that grow stand still for hours and take no
 * place among those under way.
 */
export class FairDispatch1764000000030 implements MigrationInterface {
  name = 'FairDispatch1764000000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE outbox ADD tenant_id uuid, ADD priority integer, ADD cost double precision,
        ADD held boolean NOT NULL DEFAULT false,
        ADD CONSTRAINT outbox_held CHECK (NOT held OR (tenant_id IS NOT NULL AND priority IS NOT NULL AND cost > 0))`,
    );
    await runner.query('DROP INDEX outbox_unpublished');
    await runner.query('CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL AND NOT held');
    await runner.query('CREATE INDEX outbox_waiting ON outbox (subject, tenant_id, priority DESC, id) WHERE held');
    await runner.query(
      `ALTER TABLE export ADD grows boolean GENERATED ALWAYS AS (coalesce(plan ? 'growth', false)) STORED NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX export_under_way ON export (tenant_id) WHERE state IN ('planning', 'running', 'assembling') AND NOT grows`,
    );
    await runner.query(
      'CREATE TABLE dispatch_clock (subject text CONSTRAINT dispatch_clock_pkey PRIMARY KEY, virtual_time double precision NOT NULL)',
    );
    await runner.query(
      `CREATE TABLE dispatch_share (
        subject text NOT NULL,
        tenant_id uuid NOT NULL CONSTRAINT dispatch_share_tenant_id_fkey REFERENCES tenant (id) ON DELETE CASCADE,
        virtual_time double precision NOT NULL,
        CONSTRAINT dispatch_share_pkey PRIMARY KEY (subject, tenant_id))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dispatch_share, dispatch_clock');
    await runner.query('DROP INDEX export_under_way, outbox_waiting, outbox_unpublished');
    await runner.query('ALTER TABLE export DROP COLUMN grows');
    await runner.query('ALTER TABLE outbox DROP tenant_id, DROP priority, DROP cost, DROP held');
    await runner.query('CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL');
  }
}
