import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An upload is `used` from the moment a plan is recorded with it, and `aborting` from the moment somebody decided to abort it.
 * Both are decided on the upload's own row, so that a plan that comes late and a sweep that gave it up cannot both win.
 */
export class UploadOwner1764000000002 implements MigrationInterface {
  name = 'UploadOwner1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await constrain(
      runner,
      ['opening', 'open', 'used', 'aborting', 'completed', 'aborted'],
      ['open', 'used', 'completed'],
    );
    await runner.query(
      `UPDATE upload SET state = 'used' FROM export
      WHERE export.id = upload.export_id AND export.upload_id = upload.upload_id AND upload.state = 'open'`,
    );
    await unfinishedIndex(runner, ['opening', 'open', 'used', 'aborting']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE upload SET state = 'opening' WHERE state = 'aborting' AND upload_id IS NULL`);
    await runner.query(`UPDATE upload SET state = 'open' WHERE state IN ('used', 'aborting')`);
    await constrain(runner, ['opening', 'open', 'completed', 'aborted'], ['open', 'completed']);
    await unfinishedIndex(runner, ['opening', 'open']);
  }
}

const quoted = (states: string[]): string => states.map((state) => `'${state}'`).join(', ');

const constrain = async (runner: QueryRunner, states: string[], opened: string[]): Promise<void> => {
  await runner.query('ALTER TABLE upload DROP CONSTRAINT upload_state, DROP CONSTRAINT upload_opening');
  await runner.query(
    `ALTER TABLE upload ADD CONSTRAINT upload_state CHECK (state IN (${quoted(states)})),
    ADD CONSTRAINT upload_opening CHECK (state NOT IN (${quoted(opened)}) OR upload_id IS NOT NULL)`,
  );
};

const unfinishedIndex = async (runner: QueryRunner, states: string[]): Promise<void> => {
  await runner.query('DROP INDEX upload_unfinished');
  await runner.query(`CREATE INDEX upload_unfinished ON upload (created_at) WHERE state IN (${quoted(states)})`);
};
