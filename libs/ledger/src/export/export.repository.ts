import { ClipfleetError } from '@clipfleet/contracts';
import type { Edit, Output } from '@clipfleet/timeline';
import type { LedgerDatabase, SqlRunner } from '../database/ledger-database.js';
import { type ExportRecord, type ExportStatus, newStatus } from './export-record.js';
import * as many from './create-many.statements.js';
import * as sql from './export.statements.js';
import type { ExportState } from './export-state.js';
import { givenBy, type NewRow, newExportValues, rowOf } from './new-row.js';

export interface NewExport {
  tenantId: string;
  fingerprint: string;
  edit: Edit;
  output: Output;
  request: Record<string, unknown>;
  idempotencyKey?: string;
  traceParent?: string;
  /** Among the exports of its tenant: the higher goes first. Default 0. */
  priority?: number;
  /** Unfinished exports of the tenant beyond which none is created; absent: no limit. Soft: concurrent requests may pass it together. */
  maxActiveExports?: number;
  /** Exports under way from which on this one waits for its turn; absent: it begins at once. Soft like the other limit. */
  maxRunningExports?: number;
  /** What it may read besides what the tenant's grants name. */
  ownPlaces?: Place[];
  /** How long its output stays after its completion; absent: for good. */
  expiresInMs?: number;
}

/** Every object of a bucket whose key begins so. */
export interface Place {
  storeId: string;
  bucket: string;
  prefix: string;
}

export interface FoundExport {
  export: ExportStatus;
  isNew: boolean;
  /** New, and waiting for its turn. */
  isHeld: boolean;
}

type FoundRow = ExportStatus & Pick<FoundExport, 'isNew' | 'isHeld'>;

interface MadeRow {
  newId: string;
  isHeld: boolean;
  acceptedAtMs: number;
}

/** {@link ExportRepository.createOrFindMany} */
export type PlainNewExport = Omit<NewExport, 'idempotencyKey' | 'maxActiveExports' | 'maxRunningExports'>;

/**
 * The exports, each of them a state machine:
 *
 * - `queued`: accepted; its `export.requested` is in the outbox.
 * - `planning`: that message is in the stream.
 * - `running`: the plan, the open upload and the tasks are recorded; tasks complete in any order.
 * - `assembling`: every task is completed (or the plan has none); `export.assemble` is in the outbox.
 * - `completed`: the object is there, complete and checked.
 * - `failed`: an attempt failed that cannot succeed, or too many did, or the export took too long.
 * - `cancelled`: somebody asked.
 *
 * queued → planning → running → assembling → completed; from each of the first four also → failed, → cancelled, and
 * → queued with the next generation when what the work stands on is gone (a lost upload). The last three are final.
 * A plan may arrive while the state is still `queued` (the relay died between publishing and saying so).
 *
 * Every arrow is one statement whose WHERE holds the state and generation it starts from, and which writes the messages it
 * causes into the outbox: it happens wholly or not at all, and the second of two equal calls changes nothing.
 *
 * An ended export answers repeated requests of its fingerprint until `valid_until`; the next request supersedes it and makes a
 * new one. The unique index on (tenant, fingerprint) of exports not superseded decides races.
 */
export class ExportRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** Creates the export and its first message, or finds the one that answers this request. One statement. */
  async createOrFind(input: NewExport, runner: SqlRunner = this.database): Promise<FoundExport> {
    const newRow = rowOf(input, Date.now());
    const values = newExportValues(input, newRow);
    // A conflicting row that was committed after the statement's snapshot stops the insert and is not seen: look again.
    for (let look = 0; look < 5; look++) {
      const [row] = await runner.query<FoundRow>(sql.createOrFind, values);
      if (row) return found(row, input, newRow);
      if (input.maxActiveExports !== undefined) await this.refuseBeyond(input.tenantId, input.maxActiveExports);
    }
    throw new ClipfleetError('internal', 'The export could not be recorded.', {
      details: { fingerprint: input.fingerprint },
    });
  }

  /**
   * As {@link createOrFind} for each, new ones in one statement and one commit; with one limit of exports under way, and without
   * idempotency keys and limits of unfinished exports. Each has its own answer, in the order of `inputs`.
   */
  async createOrFindMany(
    inputs: readonly PlainNewExport[],
    maxRunningExports: number | undefined,
  ): Promise<PromiseSettledResult<FoundExport>[]> {
    const answers = await this.createMany(inputs, maxRunningExports);
    const missing = inputs.filter((input) => !answers.has(identityOf(input)));
    if (missing.length > 0) {
      const values = [missing.map(({ fingerprint }) => fingerprint), missing.map(({ tenantId }) => tenantId)];
      for (const record of await this.database.query<ExportStatus>(many.findMany, values))
        answers.set(identityOf(record), { isNew: false, isHeld: false, export: record });
    }
    const limit = maxRunningExports === undefined ? {} : { maxRunningExports };
    return allSettled(
      // neither made nor seen: what has ended and answers no longer is in the way, whose place is taken one by one
      inputs.map((input) => answers.get(identityOf(input)) ?? this.createOrFind({ ...input, ...limit })),
    );
  }

  /** Those that were made, by their identities. */
  private async createMany(
    inputs: readonly PlainNewExport[],
    maxRunningExports: number | undefined,
  ): Promise<Map<string, FoundExport>> {
    const nowMs = Date.now();
    const rows = inputs.map((input) => rowOf(input, nowMs));
    const indexById = new Map(rows.map(({ id }, index) => [id, index]));
    const answers = new Map<string, FoundExport>();
    const [statement, columns] =
      rows.length === 1 ? [many.createOne, many.oneParameters(rows[0])] : [many.createMany, many.manyParameters(rows)];
    for (const row of await this.database.query<MadeRow>(statement, [...columns, maxRunningExports ?? null])) {
      const answer = made(row, inputs, rows, indexById);
      answers.set(identityOf(answer.export), answer);
    }
    return answers;
  }

  /** The export that answers a repeated request: unfinished, or ended and still valid. */
  async findForPoll(tenantId: string, fingerprint: string): Promise<ExportStatus | undefined> {
    return (await this.database.query<ExportStatus>(sql.findForPoll, [tenantId, fingerprint]))[0];
  }

  /** Of any tenant: the caller looks whose it is. */
  async status(id: string): Promise<ExportStatus | undefined> {
    return (await this.database.query<ExportStatus>(sql.statusById, [id]))[0];
  }

  /** For consumers, who act for no tenant. */
  async find(id: string): Promise<ExportRecord | undefined> {
    return (await this.database.query<ExportRecord>(sql.getById, [id]))[0];
  }

  /** Newest first; `beforeId` is the last id of the page before. */
  async list(
    tenantId: string,
    query: { limit: number; beforeId?: string; state?: ExportState },
  ): Promise<ExportStatus[]> {
    const { limit, beforeId, state } = query;
    return this.database.query<ExportStatus>(sql.listOf(state), [tenantId, beforeId ?? null, limit]);
  }

  /** Ends an unfinished export; undefined when the tenant has none of this id, or it has ended already. */
  async cancel(tenantId: string, id: string, validForMs: number): Promise<ExportStatus | undefined> {
    return (await this.database.query<ExportStatus>(sql.cancel, [tenantId, id, validForMs]))[0];
  }

  /** How many exports are in each state that has not ended. */
  async countActive(): Promise<{ state: ExportState; count: number }[]> {
    return this.database.query<{ state: ExportState; count: number }>(sql.countActive, []);
  }

  /** Unfinished exports of a tenant, counted up to `limit`. */
  async countActiveOf(tenantId: string, limit: number): Promise<number> {
    const [{ count }] = await this.database.query<{ count: number }>(sql.countActiveOfTenant, [tenantId, limit]);
    return count;
  }

  private async refuseBeyond(tenantId: string, limit: number): Promise<void> {
    if ((await this.countActiveOf(tenantId, limit)) < limit) return;
    throw new ClipfleetError('too-many-exports', `The tenant has ${limit} unfinished exports, which is its limit.`, {
      details: { maxActiveExports: limit },
    });
  }
}

const found = (row: FoundRow, input: NewExport, newRow: NewRow): FoundExport => {
  const { isNew, isHeld, ...record } = row;
  if (isNew) Object.assign(record, givenBy(input, newRow));
  if (!isNew && input.idempotencyKey !== undefined && record.fingerprint !== input.fingerprint) {
    throw new ClipfleetError('bad-parameter', 'Idempotency-Key was used before with another request.', {
      details: { field: 'Idempotency-Key', exportId: record.id },
    });
  }
  return { export: record, isNew, isHeld };
};

const made = (
  { newId, isHeld, acceptedAtMs }: MadeRow,
  inputs: readonly PlainNewExport[],
  rows: readonly NewRow[],
  indexById: ReadonlyMap<string, number>,
): FoundExport => {
  const index = indexById.get(newId) as number;
  const { tenantId, fingerprint } = inputs[index];
  const given = { id: newId, tenantId, fingerprint, ...givenBy(inputs[index], rows[index]) };
  return { export: newStatus(given, acceptedAtMs), isNew: true, isHeld };
};

/** As `Promise.allSettled`, without a promise for each of the many that are known. */
const allSettled = async <T>(values: readonly (T | Promise<T>)[]): Promise<PromiseSettledResult<T>[]> => {
  if (values.some((value) => value instanceof Promise)) return Promise.allSettled(values);
  return (values as readonly T[]).map((value) => ({ status: 'fulfilled', value }));
};

const identityOf = ({ tenantId, fingerprint }: Pick<NewExport, 'tenantId' | 'fingerprint'>): string =>
  `${tenantId}:${fingerprint}`;
