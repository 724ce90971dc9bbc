import type { Statement } from '../database/ledger-database.js';
import { isToBeDone } from '../outbox/messages.js';

const ago = (parameter: string): string => `now() - ${parameter} * interval '1 millisecond'`;

export const stalled: Statement = {
  name: 'sweep-stalled',
  text: `
    SELECT outbox.id AS "outboxId", outbox.export_id AS "exportId", outbox.generation, subject,
      outbox.task_index AS "taskIndex", stream_sequence::float8 AS "streamSequence", redrives
    FROM export JOIN outbox ON outbox.export_id = export.id AND outbox.generation = export.generation
    LEFT JOIN task ON task.export_id = export.id AND task.generation = export.generation
      AND task.task_index = outbox.task_index
    WHERE export.ended_at IS NULL AND export.updated_at < ${ago('$1')} AND published_at < ${ago('$1')} AND again_at IS NULL
      AND ${isToBeDone}
    ORDER BY outbox.id LIMIT $2`,
};

export const redrive: Statement = {
  name: 'sweep-redrive',
  text: `
    WITH again AS (
      UPDATE outbox SET published_at = NULL, stream_sequence = NULL, redrives = redrives + 1,
        returns = 0, deliveries = 0
      WHERE id = ANY($1::bigint[]) AND published_at IS NOT NULL
      RETURNING export_id, generation, task_index
    ), tasks AS (
      UPDATE task SET last_delivery = 0 FROM again
      WHERE task.export_id = again.export_id AND task.generation = again.generation AND task.task_index = again.task_index
    )
    UPDATE export SET updated_at = now(), plan_delivery = 0, assemble_delivery = 0
    WHERE id IN (SELECT export_id FROM again)`,
};

export const touch: Statement = {
  name: 'sweep-touch',
  text: 'UPDATE export SET updated_at = now() WHERE id = ANY($1::uuid[]) AND ended_at IS NULL',
};

export const overdue: Statement = {
  name: 'sweep-overdue',
  text: `
    SELECT id AS "exportId", generation FROM export
    WHERE ended_at IS NULL AND accepted_at < ${ago('$1')} ORDER BY accepted_at LIMIT $2`,
};

/** Its first bytes lay beside the output until they were joined to the header. */
const hadTempHead = `coalesce(plan->>'header' = 'merge', false)`;

/**
 * Where temporary objects may be left, the work is still there: only with the export it is known where to look.
 * By an array: of a list in a subquery the plan, which does not know the limit, expects a tenth of the table and reads all of it. */
export const purgeExports: Statement = {
  name: 'sweep-purge-exports',
  text: `
    DELETE FROM export WHERE id = ANY(ARRAY(
      SELECT id FROM export WHERE ended_at < ${ago('$1')} AND NOT EXISTS (
        SELECT 1 FROM upload WHERE upload.export_id = export.id AND upload.state NOT IN ('completed', 'aborted') OFFSET 0)
        AND NOT (${hadTempHead} AND EXISTS (SELECT 1 FROM outbox WHERE outbox.export_id = export.id AND published_at IS NOT NULL OFFSET 0))
      ORDER BY ended_at LIMIT $2))
    RETURNING id`,
};

/**
 * From the messages, which are gone with the work: among the exports, those whose work is gone already would have to be passed
 * by, a retention's worth of them. Row by row (`OFFSET 0`), so that it ends with the batch; a limit that is a parameter would not
 * be known to the plan, which would then sort all messages first. Behind message $3, published at $2: what has to stay is not
 * read again for each batch of the rest.
 */
export const workOfLongAgo = (limit: number): Statement => ({
  name: `sweep-work-of-long-ago-${limit}`,
  text: `
    SELECT old.*, published_at::text AS "publishedAt", outbox.id AS "messageId" FROM outbox CROSS JOIN LATERAL (
      SELECT id, generation, jsonb_build_object('storeId', store_id, 'bucket', bucket, 'key', key) AS destination,
        plan->>'strategy' AS strategy, ${hadTempHead} AS "hadTempHead"
      FROM export WHERE id = outbox.export_id AND ended_at < ${ago('$1')} OFFSET 0
    ) old
    WHERE published_at < ${ago('$1')} AND (published_at, outbox.id) > ($2::timestamptz, $3::bigint)
    ORDER BY published_at, outbox.id LIMIT ${limit}`,
});

export const purgeWork: Statement = {
  name: 'sweep-purge-work',
  text: `
    WITH tasks AS (
      DELETE FROM task WHERE export_id = ANY($1::uuid[])
    )
    DELETE FROM outbox WHERE export_id = ANY($1::uuid[]) AND (published_at IS NOT NULL OR task_index IS NOT NULL)`,
};
