import { workSubject } from '@clipfleet/contracts';
import type { LedgerDatabase, SqlRunner, Statement } from '../database/ledger-database.js';
import { payloadOf, sentMessageId } from './messages.js';

export interface OutboxMessage {
  id: string;
  exportId: string;
  generation: number;
  subject: string;
  messageId: string;
  /** Of the same work, by messages before this one; and how many of them gave it back. */
  deliveryCount: number;
  returnCount: number;
  /** JSON text, as it is sent. */
  payloadJson: string;
  headers: Record<string, string> | null;
}

export interface PublishedMessage {
  id: string;
  /** Where the stream keeps it; undefined when the stream said it has it already. */
  streamSequence?: number;
}

/** Exports that the publishing of a batch moved: queued → planning. */
export interface MovedExport {
  id: string;
  fingerprint: string;
}

/** Messages that were decided on and not yet published. Those that are held wait for their turn: dispatch.repository.ts. */
export class OutboxRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /**
   * Hands up to `limit` messages to `publish`, oldest first, and marks those it returns. They are locked meanwhile: other
   * gateways take others. When this process dies, or `publish` throws, the lock ends and they are as before.
   * Returns how many were taken, and the exports whose state changed.
   */
  publishBatch(
    limit: number,
    publish: (messages: OutboxMessage[]) => Promise<PublishedMessage[]>,
  ): Promise<{ takenCount: number; moved: MovedExport[] }> {
    return this.database.transaction(async (sql) => {
      const messages = await this.takeBatch(sql, limit);
      if (messages.length === 0) return { takenCount: 0, moved: [] };
      const published = await publish(messages);
      return { takenCount: messages.length, moved: await this.markPublished(sql, published) };
    });
  }

  private takeBatch(sql: SqlRunner, limit: number): Promise<OutboxMessage[]> {
    return sql.query<OutboxMessage>(takeBatchStatement, [limit]);
  }

  private markPublished(sql: SqlRunner, published: PublishedMessage[]): Promise<MovedExport[]> {
    return sql.query<MovedExport>(markPublishedStatement, [
      published.map((message) => message.id),
      published.map((message) => message.streamSequence ?? null),
    ]);
  }

  /** How many messages wait, and for how long the oldest does. */
  async backlog(): Promise<{ count: number; oldestAgeMs: number }> {
    const rows = await this.database.query<{ count: number; oldestAgeMs: number }>(backlogStatement, []);
    return rows[0];
  }
}

const takeBatchStatement: Statement = {
  name: 'outbox-take-batch',
  text: `
    SELECT outbox.id, outbox.export_id AS "exportId", outbox.generation, outbox.subject, outbox.headers,
      ${sentMessageId} AS "messageId", deliveries AS "deliveryCount", returns AS "returnCount",
      ${payloadOf}::text AS "payloadJson"
    FROM outbox LEFT JOIN task ON task.export_id = outbox.export_id AND task.generation = outbox.generation
      AND task.task_index = outbox.task_index
    WHERE published_at IS NULL AND NOT held AND not_before <= now()
    ORDER BY outbox.id LIMIT $1 FOR UPDATE OF outbox SKIP LOCKED`,
};

const markPublishedStatement: Statement = {
  name: 'outbox-mark-published',
  text: `
    WITH published AS (
      UPDATE outbox SET published_at = now(), stream_sequence = input.sequence
      FROM unnest($1::bigint[], $2::bigint[]) AS input(id, sequence) WHERE outbox.id = input.id
      RETURNING export_id, outbox.generation, subject
    )
    UPDATE export SET state = 'planning', updated_at = now() FROM published
    WHERE subject = '${workSubject.plan}' AND export.id = export_id AND export.generation = published.generation
      AND state = 'queued'
    RETURNING export.id, fingerprint`,
};

const backlogStatement: Statement = {
  name: 'outbox-backlog',
  text: `
    SELECT count(*)::int AS count,
      coalesce(extract(epoch FROM now() - min(created_at)) * 1000, 0)::float8 AS "oldestAgeMs"
    FROM outbox WHERE published_at IS NULL AND NOT held AND not_before <= now()`,
};
