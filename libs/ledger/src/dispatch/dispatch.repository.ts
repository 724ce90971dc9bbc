import { workSubject } from '@clipfleet/contracts';
import type { LedgerDatabase, SqlRunner, Statement } from '../database/ledger-database.js';
import type { Run } from '../run/work.repository.js';
import * as sql from './dispatch.statements.js';

const DISPATCH_LOCK_KEY = 7_203_441_003;

const TASK_SUBJECTS = [workSubject.segment, workSubject.transcode, workSubject.thumb];
/** So many of a tenant wait in the ledger while its next exports are planned: more than workers take while one is. */
const TASKS_AHEAD = 16;

/** Of exports that are begun and not ended. */
export interface UnderWayLimits {
  /** Of the fleet. */
  maxRunningExports: number;
  /** Of one tenant, where its own limits do not say otherwise. */
  maxRunningExportsOfTenant: number;
}

/** Held work of some subjects, while nobody else releases any. Each call returns how many messages were released. */
export interface HeldWork {
  /** Messages of a subject that are released and not in the stream yet. */
  onTheirWay(subject: string): Promise<number>;
  /** Begins up to `count` exports, within the limits; one more of each tenant that has none under way. */
  releasePlans(count: number, limits: UnderWayLimits): Promise<number>;
  releaseTasks(subject: string, count: number): Promise<number>;
}

/**
 * Work that waits in the ledger for its turn. Tenants share what is released by their weights (`TenantLimits.weight`), in
 * tasks by the bytes of work, in plans by their number; within a tenant the higher priority goes first, then the older.
 */
export class DispatchRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** Those of `subjects` of which something waits. */
  async waitingSubjects(subjects: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ subject: string }>(sql.waitingSubjects, [subjects]);
    return rows.map(({ subject }) => subject);
  }

  /** One gateway at a time; what `release` released is seen by others when it returns. */
  exclusively<T>(release: (held: HeldWork) => Promise<T>): Promise<T> {
    return this.database.transaction(async (runner) => {
      await runner.query(sql.lock, [DISPATCH_LOCK_KEY]);
      return release(heldWork(runner));
    });
  }

  /** What was held of a run that has ended is never released, and what was given back is not sent again. */
  async drop({ exportId, generation }: Run): Promise<void> {
    await this.database.query(sql.dropHeld, [exportId, generation]);
  }

  /** How many messages of each subject wait, and for how long the oldest does (0: none waits). */
  held(subjects: readonly string[]): Promise<{ subject: string; count: number; oldestAgeMs: number }[]> {
    return this.database.query(sql.heldOf, [subjects]);
  }
}

const heldWork = (runner: SqlRunner): HeldWork => {
  const counted = async (statement: Statement, values: unknown[]): Promise<number> =>
    (await runner.query<{ count: number }>(statement, values))[0].count;
  return {
    onTheirWay: (subject) => counted(sql.onTheirWay, [subject]),
    releasePlans: (count, { maxRunningExports, maxRunningExportsOfTenant }) =>
      counted(sql.releasePlans, [
        ...[workSubject.plan, count, maxRunningExports, maxRunningExportsOfTenant],
        ...[TASK_SUBJECTS, TASKS_AHEAD],
      ]),
    releaseTasks: (subject, count) => counted(sql.releaseTasks, [subject, count]),
  };
};
