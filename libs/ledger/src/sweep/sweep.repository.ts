import { workSubject } from '@clipfleet/contracts';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';
import { extensionMessageId } from '../outbox/messages.js';
import type { Run } from '../run/work.repository.js';

/** A message that was published, whose work has not ended, on an export on which nothing happened for long. */
export interface StalledMessage extends Run {
  outboxId: string;
  subject: string;
  taskIndex: number | null;
  /** Where the stream kept it; null: not known. */
  streamSequence: number | null;
  redrives: number;
}

export interface OldWork {
  exportId: string;
  /** Its first bytes lay beside the output until they were joined to the header. */
  hadTempHead: boolean;
}

/** What the sweeper asks and does. Deciding is its own. */
export class SweepRepository {
  constructor(private readonly database: LedgerDatabase) {}

  stalled(stallMs: number, limit: number): Promise<StalledMessage[]> {
    return this.database.query<StalledMessage>(stalledStatement, [stallMs, limit]);
  }

  /** Makes the outbox publish them again, under new message ids; deliveries are counted from 1 again. */
  async redrive(messages: StalledMessage[]): Promise<void> {
    await this.database.query(redriveStatement, [messages.map((message) => message.outboxId)]);
  }

  /** Looked at, and alive: not asked about again before the next stall. */
  async touch(exportIds: string[]): Promise<void> {
    await this.database.query(touchStatement, [exportIds]);
  }

  /** Unfinished exports that were accepted longer ago than `deadlineMs`. */
  overdue(deadlineMs: number, limit: number): Promise<Run[]> {
    return this.database.query<Run>(overdueStatement, [deadlineMs, limit]);
  }

  /** Deletes exports that ended before `retentionMs` ago, with all that hangs on them; not those whose uploads are not settled. */
  async purgeExports(retentionMs: number, limit: number): Promise<number> {
    return (await this.database.query(purgeExportsStatement, [retentionMs, limit])).length;
  }

  /** Exports that ended before `ageMs` ago, whose tasks and messages are still there. */
  workOfLongAgo(ageMs: number, limit: number): Promise<OldWork[]> {
    return this.database.query<OldWork>(workOfLongAgoStatement, [ageMs, limit]);
  }

  /** Deletes tasks and published messages: they are the bulk and serve no more. */
  async purgeWork(exportIds: string[]): Promise<void> {
    await this.database.query(purgeWorkStatement, [exportIds]);
  }
}

const ago = (parameter: string): string => `now() - ${parameter} * interval '1 millisecond'`;

const stalledStatement: Statement = {
  name: 'sweep-stalled',
  text: `
    SELECT outbox.id AS "outboxId", outbox.export_id AS "exportId", outbox.generation, subject,
      outbox.task_index AS "taskIndex", stream_sequence::float8 AS "streamSequence", redrives
    FROM export JOIN outbox ON outbox.export_id = export.id AND outbox.generation = export.generation
    LEFT JOIN task ON task.export_id = export.id AND task.generation = export.generation
      AND task.task_index = outbox.task_index
    WHERE export.ended_at IS NULL AND export.updated_at < ${ago('$1')} AND published_at < ${ago('$1')} AND (
      (subject = '${workSubject.plan}' AND export.state IN ('queued', 'planning'))
      OR (subject = '${workSubject.assemble}' AND export.state = 'assembling')
      OR (export.state = 'running' AND task.state = 'queued')
      OR (export.state = 'running' AND message_id = ${extensionMessageId('export')}))
    ORDER BY outbox.id LIMIT $2`,
};

const redriveStatement: Statement = {
  name: 'sweep-redrive',
  text: `
    WITH again AS (
      UPDATE outbox SET published_at = NULL, stream_sequence = NULL, redrives = redrives + 1
      WHERE id = ANY($1::bigint[]) AND published_at IS NOT NULL
      RETURNING export_id, generation, task_index
    ), tasks AS (
      UPDATE task SET last_delivery = 0 FROM again
      WHERE task.export_id = again.export_id AND task.generation = again.generation AND task.task_index = again.task_index
    )
    UPDATE export SET updated_at = now(), plan_delivery = 0, assemble_delivery = 0
    WHERE id IN (SELECT export_id FROM again)`,
};

const touchStatement: Statement = {
  name: 'sweep-touch',
  text: 'UPDATE export SET updated_at = now() WHERE id = ANY($1::uuid[]) AND ended_at IS NULL',
};

const overdueStatement: Statement = {
  name: 'sweep-overdue',
  text: `
    SELECT id AS "exportId", generation FROM export
    WHERE ended_at IS NULL AND accepted_at < ${ago('$1')} ORDER BY accepted_at LIMIT $2`,
};

const purgeExportsStatement: Statement = {
  name: 'sweep-purge-exports',
  text: `
    DELETE FROM export WHERE id IN (
      SELECT id FROM export WHERE ended_at < ${ago('$1')} AND NOT EXISTS (
        SELECT 1 FROM upload WHERE upload.export_id = export.id AND upload.state NOT IN ('completed', 'aborted'))
      ORDER BY ended_at LIMIT $2)
    RETURNING id`,
};

const workOfLongAgoStatement: Statement = {
  name: 'sweep-work-of-long-ago',
  text: `
    SELECT id AS "exportId", coalesce(plan->>'header' = 'merge', false) AS "hadTempHead" FROM export
    WHERE ended_at < ${ago('$1')}
      AND EXISTS (SELECT 1 FROM outbox WHERE outbox.export_id = export.id AND published_at IS NOT NULL)
    ORDER BY ended_at LIMIT $2`,
};

const purgeWorkStatement: Statement = {
  name: 'sweep-purge-work',
  text: `
    WITH tasks AS (
      DELETE FROM task WHERE export_id = ANY($1::uuid[])
    )
    DELETE FROM outbox WHERE export_id = ANY($1::uuid[]) AND (published_at IS NOT NULL OR task_index IS NOT NULL)`,
};
