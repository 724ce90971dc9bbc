import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The message that asks for an export's plan is read from the export's row when it is sent, not kept beside it. Rows that have it
 * are sent as they are. A gateway of before cannot send those that do not, and leaves them to one of after.
 */
export class PlanMessages1764000000080 implements MigrationInterface {
  name = 'PlanMessages1764000000080';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE outbox DROP CONSTRAINT outbox_payload,
        ADD CONSTRAINT outbox_payload CHECK (payload IS NOT NULL OR task_index IS NOT NULL OR subject = 'clipfleet.work.plan')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE outbox SET payload = jsonb_build_object('kind', 'export.requested', 'version', 1, 'exportId', export.id,
          'generation', outbox.generation, 'edit', edit, 'output', output, 'readable', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('storeId', store_id, 'bucket', bucket, 'prefix', prefix)), '[]'::jsonb)
            FROM tenant_grant WHERE tenant_grant.tenant_id = export.tenant_id AND can_read) || own_places,
          'acceptedAtMs', floor(extract(epoch FROM accepted_at) * 1000)::bigint)
        FROM export WHERE export.id = outbox.export_id AND payload IS NULL AND task_index IS NULL`,
    );
    await runner.query(
      `ALTER TABLE outbox DROP CONSTRAINT outbox_payload,
        ADD CONSTRAINT outbox_payload CHECK (payload IS NOT NULL OR task_index IS NOT NULL)`,
    );
  }
}
