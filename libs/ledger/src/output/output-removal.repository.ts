import type { ObjectRef } from '@clipfleet/timeline';
import type { LedgerDatabase } from '../database/ledger-database.js';
import * as sql from './output-removal.statements.js';
import { type DueQuery, removeEach, type RemovalOutcome, type RemovalOutcomes } from './removal-outcomes.js';

/** An object whose time is over. */
export interface OutputRemoval {
  at: ObjectRef;
  /** Of the object as its export wrote it: another one there is not meant. */
  etag: string;
  /** As the ledger writes it: JavaScript's clock has no microseconds. */
  dueAt: string;
}

export interface DueOutputs {
  removals: OutputRemoval[];
  /** There may be more that are due. */
  isFull: boolean;
}

/**
 * Expired outputs. The statement that completes an export orders its objects removed; the order is there until the object is
 * not, however often that has to be tried.
 */
export class OutputRemovalRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** Those that were due first; what an unfinished export reads or writes waits. */
  async due({ limit, withoutStores = [] }: DueQuery): Promise<DueOutputs> {
    const rows = await this.database.query<DueRow>(sql.due, [limit, withoutStores]);
    return { removals: await this.withoutUsed(rows), isFull: rows.length === limit };
  }

  /** Those at one place and beside it. */
  async dueAt(at: ObjectRef): Promise<OutputRemoval[]> {
    return this.withoutUsed(await this.database.query<DueRow>(sql.dueAt, placeOf(at)));
  }

  /**
   * Has `remove` remove the object, unless somebody else has, whom it waits for. What it throws is thrown on; the object is due
   * again later.
   */
  async settle({ at, etag, dueAt }: OutputRemoval, remove: () => Promise<void>): Promise<void> {
    const place = placeOf(at);
    const outcome = await this.database.transaction(async (statements) => {
      const [taken] = await statements.query(sql.take, [...place, dueAt, etag]);
      if (!taken) return {};
      try {
        await remove();
      } catch (error) {
        await statements.query(sql.failed, place);
        return { error };
      }
      await statements.query(sql.done, place);
      return {};
    });
    if ('error' in outcome) throw outcome.error;
  }

  /**
   * Has `remove` remove the objects, all at once and in one transaction, but those that somebody else removes or has removed. What
   * it throws of one is told; that one is due again later.
   */
  async settleMany(
    removals: readonly OutputRemoval[],
    remove: (removal: OutputRemoval) => Promise<RemovalOutcome>,
  ): Promise<RemovalOutcomes<OutputRemoval>> {
    const seen = [...columnsOf(removals), removals.map(({ dueAt }) => dueAt), removals.map(({ etag }) => etag)];
    return this.database.transaction(async (statements) => {
      const taken = await statements.query<{ index: number; row: string }>(sql.takeMany, seen);
      const rowOf = new Map(taken.map(({ index, row }) => [removals[index - 1], row]));
      const outcomes = await removeEach([...rowOf.keys()], remove);
      const removed = outcomes.removed.map((one) => rowOf.get(one));
      const failed = outcomes.failed.map(({ one }) => rowOf.get(one));
      if (removed.length > 0) await statements.query(sql.doneMany, [removed]);
      if (failed.length > 0) await statements.query(sql.failedMany, [failed]);
      return outcomes;
    });
  }

  private async withoutUsed(rows: DueRow[]): Promise<OutputRemoval[]> {
    for (const { at } of rows.filter(({ isUsed }) => isUsed))
      await this.database.query(sql.waitForExports, placeOf(at));
    return rows.filter(({ isUsed }) => !isUsed).map(({ at, etag, dueAt }) => ({ at, etag, dueAt }));
  }
}

type DueRow = OutputRemoval & { isUsed: boolean };

const columnsOf = (removals: readonly OutputRemoval[]): string[][] => [
  removals.map(({ at }) => at.storeId),
  removals.map(({ at }) => at.bucket),
  removals.map(({ at }) => at.key),
];

const placeOf = ({ storeId, bucket, key }: ObjectRef): string[] => [storeId, bucket, key];
