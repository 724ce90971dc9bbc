import { randomUUID } from 'node:crypto';
import type { ObjectRef } from '@clipfleet/timeline';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';
import type { DueQuery } from '../output/removal-outcomes.js';
import type { Run } from '../run/work.repository.js';

export interface UploadRecord extends Run {
  id: string;
  at: ObjectRef;
  /** Null while `opening`: the store may or may not have opened it. */
  uploadId: string | null;
  state: 'opening' | 'open' | 'used' | 'aborting' | 'completed' | 'aborted';
  createdAtMs: number;
}

/**
 * Multipart uploads: the intent is recorded before the store is asked, so that whatever a crash leaves open lies at a key and
 * time known here. `opening → open → used → completed`; recording the plan makes it `used`. From the first two, and from
 * `used` once its run is over, → `aborting → aborted`. Each arrow is decided on the upload's own row: who comes second learns
 * it.
 */
export class UploadRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** Records the intent; undefined when the run no longer waits for its plan. `key`: beside the destination, absent: at it. */
  async begin(run: Run, key?: string): Promise<UploadRecord | undefined> {
    const values = [randomUUID(), run.exportId, run.generation, key ?? null];
    return (await this.database.query<UploadRecord>(beginStatement, values))[0];
  }

  /** False: the intent was given up meanwhile; what the store opened is the caller's to abort. */
  async opened(id: string, uploadId: string): Promise<boolean> {
    return (await this.database.query(openedStatement, [id, uploadId])).length > 0;
  }

  /** Decides that the upload is to be aborted; false: a live run uses it, or it has ended. */
  async giveUp(id: string): Promise<boolean> {
    return (await this.database.query(giveUpStatement, [id])).length > 0;
  }

  async aborted(id: string): Promise<void> {
    await this.database.query(abortedStatement, [id]);
  }

  /** Uploads of a run and of those before it that are not known to have ended; a live run may use one of them. */
  unfinishedOf(run: Run): Promise<UploadRecord[]> {
    return this.database.query<UploadRecord>(unfinishedOfStatement, [run.exportId, run.generation]);
  }

  /** Unfinished uploads of all exports at one key: what is open there may be theirs. */
  unfinishedAt(at: ObjectRef): Promise<UploadRecord[]> {
    return this.database.query<UploadRecord>(unfinishedAtStatement, [at.storeId, at.bucket, at.key]);
  }

  /**
   * Uploads that no live run owns: the export has ended or has a newer generation; or nobody recorded the plan that goes with
   * it. `graceMs` is what a gateway may take between recording the intent and recording the plan.
   */
  orphans(graceMs: number, { limit, withoutStores = [] }: DueQuery): Promise<UploadRecord[]> {
    return this.database.query<UploadRecord>(orphansStatement, [graceMs, limit, withoutStores]);
  }
}

const columns = `
  upload.id, upload.export_id AS "exportId", upload.generation, upload.state, upload.upload_id AS "uploadId",
  jsonb_build_object('storeId', upload.store_id, 'bucket', upload.bucket, 'key', upload.key) AS at,
  (extract(epoch FROM upload.created_at) * 1000)::float8 AS "createdAtMs"`;

/** As the index `upload_unfinished` has it. */
const unfinished = `state IN ('opening', 'open', 'used', 'aborting')`;

const beginStatement: Statement = {
  name: 'upload-begin',
  text: `
    INSERT INTO upload (id, export_id, generation, store_id, bucket, key)
    SELECT $1, id, generation, store_id, bucket, coalesce($4::text, key) FROM export
    WHERE id = $2 AND generation = $3 AND state IN ('queued', 'planning')
    RETURNING ${columns}`,
};

const openedStatement: Statement = {
  name: 'upload-opened',
  // said twice when the answer to the first time was lost
  text: `
    UPDATE upload SET state = 'open', upload_id = $2
    WHERE id = $1 AND (state = 'opening' OR state = 'open' AND upload_id = $2)
    RETURNING id`,
};

/** That a run is over never changes again: reading it from another row than the one that is updated is safe. */
const giveUpStatement: Statement = {
  name: 'upload-give-up',
  text: `
    UPDATE upload SET state = 'aborting' FROM export
    WHERE upload.id = $1 AND export.id = upload.export_id AND (upload.state IN ('opening', 'open', 'aborting')
      OR upload.state = 'used' AND (export.ended_at IS NOT NULL OR export.generation > upload.generation))
    RETURNING upload.id`,
};

const abortedStatement: Statement = {
  name: 'upload-aborted',
  text: `UPDATE upload SET state = 'aborted', ended_at = now() WHERE id = $1 AND state = 'aborting'`,
};

const unfinishedOfStatement: Statement = {
  name: 'upload-unfinished-of',
  text: `SELECT ${columns} FROM upload WHERE export_id = $1 AND generation <= $2 AND ${unfinished}`,
};

const unfinishedAtStatement: Statement = {
  name: 'upload-unfinished-at',
  text: `
    SELECT ${columns} FROM upload
    WHERE store_id = $1 AND bucket = $2 AND key = $3 AND ${unfinished}`,
};

/** Exported for the test that looks at what it reads. */
export const orphansStatement: Statement = {
  name: 'upload-orphans',
  text: `
    SELECT ${columns} FROM upload JOIN export ON export.id = upload.export_id
    WHERE upload.${unfinished} AND upload.created_at < now() - $1 * interval '1 millisecond'
      AND (upload.state <> 'used' OR export.ended_at IS NOT NULL OR upload.generation < export.generation)
      AND upload.store_id <> ALL($3::text[])
    ORDER BY upload.created_at LIMIT $2`,
};
