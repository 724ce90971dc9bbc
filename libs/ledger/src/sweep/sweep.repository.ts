import type { ObjectRef, Plan } from '@clipfleet/timeline';
import type { LedgerDatabase } from '../database/ledger-database.js';
import type { Run } from '../run/work.repository.js';
import * as sql from './sweep.statements.js';

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
  id: string;
  generation: number;
  destination: ObjectRef;
  strategy: Plan['strategy'] | null;
  /** Its first bytes lay beside the output until they were joined to the header. */
  hadTempHead: boolean;
}

/** A published message: the last one that was looked at. */
export interface LastMessage {
  publishedAt: string;
  messageId: string;
}

const BEFORE_ALL: LastMessage = { publishedAt: '-infinity', messageId: '0' };

/** What the sweeper asks and does. Deciding is its own. */
export class SweepRepository {
  constructor(private readonly database: LedgerDatabase) {}

  stalled(stallMs: number, limit: number): Promise<StalledMessage[]> {
    return this.database.query<StalledMessage>(sql.stalled, [stallMs, limit]);
  }

  /** Makes the outbox publish them again, under new message ids; deliveries are counted from 1 again. */
  async redrive(messages: StalledMessage[]): Promise<void> {
    await this.database.query(sql.redrive, [messages.map((message) => message.outboxId)]);
  }

  /** Looked at, and alive: not asked about again before the next stall. */
  async touch(exportIds: string[]): Promise<void> {
    await this.database.query(sql.touch, [exportIds]);
  }

  /** Unfinished exports that were accepted longer ago than `deadlineMs`. */
  overdue(deadlineMs: number, limit: number): Promise<Run[]> {
    return this.database.query<Run>(sql.overdue, [deadlineMs, limit]);
  }

  /** Deletes exports that ended before `retentionMs` ago, with all that hangs on them; not those whose uploads are not settled, or whose temporary objects may still be there. */
  async purgeExports(retentionMs: number, limit: number): Promise<number> {
    return (await this.database.query(sql.purgeExports, [retentionMs, limit])).length;
  }

  /**
   * Exports that ended before `ageMs` ago, whose tasks and messages are still there: those of the oldest `limit` messages behind
   * `after`, and which of them was the last. No `last`: there were none.
   */
  async workOfLongAgo(
    ageMs: number,
    limit: number,
    after = BEFORE_ALL,
  ): Promise<{ work: OldWork[]; last: LastMessage | undefined }> {
    const values = [ageMs, after.publishedAt, after.messageId];
    const rows = await this.database.query<OldWork & LastMessage>(sql.workOfLongAgo(limit), values);
    const byId = new Map(rows.map(({ publishedAt: _at, messageId: _id, ...work }) => [work.id, work]));
    return { work: [...byId.values()], last: rows.at(-1) };
  }

  /** Deletes tasks and published messages: they are the bulk and serve no more. */
  async purgeWork(exportIds: string[]): Promise<void> {
    await this.database.query(sql.purgeWork, [exportIds]);
  }
}
