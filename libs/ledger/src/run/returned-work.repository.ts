import type { LedgerDatabase } from '../database/ledger-database.js';
import type { MovedExport } from '../outbox/outbox.repository.js';
import * as sql from './returned-work.statements.js';
import type { Run } from './work.repository.js';

export interface WorkReturn {
  /** Of the message that was settled. */
  messageId: string;
  /** Of the work, with that of the message. */
  deliveryCount: number;
  /** When it is tried again. 0: at once. */
  delayMs: number;
}

/** Work that was begun and given back: a recording that still grows, a failed attempt, a process that ends. */
export class ReturnedWorkRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** Its message is to be sent again, as another one. Undefined: it was given back already, or nobody waits for it any more. */
  async giveBack(run: Run, { messageId, deliveryCount, delayMs }: WorkReturn): Promise<MovedExport | undefined> {
    const values = [run.exportId, run.generation, messageId, deliveryCount, delayMs];
    return (await this.database.query<MovedExport>(sql.giveBack, values))[0];
  }

  /** When the next of it is due; undefined: there is none. */
  async nextDueInMs(): Promise<number | undefined> {
    return (await this.database.query<{ inMs: number }>(sql.nextDueInMs, []))[0]?.inMs;
  }

  /** Up to `limit` that are due: messages that go into the outbox, and those that wait for their turn. */
  async sendDue(limit: number): Promise<{ sentCount: number; heldCount: number }> {
    return (await this.database.query<{ sentCount: number; heldCount: number }>(sql.sendDue, [limit]))[0];
  }
}
