import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Work that was given back waits here for its next try: its message is settled, and is sent again as another one. */
export class ReturnedWork1764000000060 implements MigrationInterface {
  name = 'ReturnedWork1764000000060';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE outbox ADD returns integer NOT NULL DEFAULT 0, ADD deliveries integer NOT NULL DEFAULT 0,
        ADD again_at timestamptz`,
    );
    await runner.query('CREATE INDEX outbox_again ON outbox (again_at) WHERE again_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox DROP returns, DROP deliveries, DROP again_at');
  }
}
