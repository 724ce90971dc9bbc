import { workSubject } from '@clipfleet/contracts';
import type { Statement } from '../database/ledger-database.js';
import { isToBeDone, sentMessageId } from '../outbox/messages.js';

/**
 * $3 message id, $4 deliveries, $5 ms. The id changes with it, so the second return of a message finds none. The row may be locked
 * by the relay that has just published it, and does not know yet that it has: this waits for it. An export whose plan is given back
 * is not under way: it waits, and takes nobody's place.
 */
export const giveBack: Statement = {
  name: 'returned-work-give-back',
  text: `
    WITH mine AS (
      SELECT outbox.id FROM export
      JOIN outbox ON outbox.export_id = export.id AND outbox.generation = export.generation
      LEFT JOIN task ON task.export_id = export.id AND task.generation = export.generation
        AND task.task_index = outbox.task_index
      WHERE export.id = $1 AND export.generation = $2 AND export.ended_at IS NULL AND ${sentMessageId} = $3 AND ${isToBeDone}
      FOR UPDATE OF outbox
    ), returned AS (
      UPDATE outbox SET returns = returns + 1, deliveries = $4, stream_sequence = NULL, created_at = now(),
        published_at = CASE WHEN $5::float8 > 0 THEN coalesce(published_at, now()) END,
        again_at = CASE WHEN $5::float8 > 0 THEN now() + $5::float8 * interval '1 millisecond' END
      FROM mine WHERE outbox.id = mine.id
      RETURNING export_id, subject
    )
    UPDATE export SET updated_at = now(),
      state = CASE WHEN export.state = 'planning' AND subject = '${workSubject.plan}' THEN 'queued' ELSE export.state END
    FROM returned WHERE export.id = returned.export_id AND ended_at IS NULL
    RETURNING export.id, fingerprint`,
};

export const nextDueInMs: Statement = {
  name: 'returned-work-next-due',
  text: `
    SELECT greatest(0, extract(epoch FROM again_at - now()) * 1000)::float8 AS "inMs" FROM outbox
    WHERE again_at IS NOT NULL ORDER BY again_at LIMIT 1`,
};

/** A task waits for its turn again; a look at a recording, or another attempt to plan, has had it. */
export const sendDue: Statement = {
  name: 'returned-work-send-due',
  text: `
    WITH due AS (
      SELECT id FROM outbox WHERE again_at <= now() ORDER BY again_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), sent AS (
      UPDATE outbox SET again_at = NULL, published_at = NULL, created_at = now(), held = task_index IS NOT NULL
      WHERE id = ANY(ARRAY(SELECT id FROM due))
      RETURNING held
    )
    SELECT count(*) FILTER (WHERE NOT held)::int AS "sentCount", count(*) FILTER (WHERE held)::int AS "heldCount" FROM sent`,
};
