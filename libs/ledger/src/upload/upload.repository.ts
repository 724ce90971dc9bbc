import { randomUUID } from 'node:crypto';
import type { ObjectRef } from '@clipfleet/timeline';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';
import type { Run } from '../work/work.repository.js';

export interface UploadRecord extends Run {
  id: string;
  at: ObjectRef;
  /** Null while `opening`: the store may or may not have opened it. */
  uploadId: string | null;
  state: 'opening' | 'open' | 'completed' | 'aborted';
  createdAtMs: number;
}

/**
 * Multipart uploads: the intent is recorded before the store is asked, so that whatever a crash leaves open lies at a key and
 * time known here. `opening → open → completed`, and → `aborted` from the first two.
 */
export class UploadRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** Records the intent; undefined when the run no longer waits for its plan. */
  async begin(run: Run): Promise<UploadRecord | undefined> {
    const values = [randomUUID(), run.exportId, run.generation];
    return (await this.database.query<UploadRecord>(beginStatement, values))[0];
  }

  async opened(id: string, uploadId: string): Promise<void> {
    await this.database.query(openedStatement, [id, uploadId]);
  }

  async aborted(id: string): Promise<void> {
    await this.database.query(abortedStatement, [id]);
  }

  /** Uploads of a run and of those before it that are not known to have ended. */
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
  orphans(graceMs: number, limit: number): Promise<UploadRecord[]> {
    return this.database.query<UploadRecord>(orphansStatement, [graceMs, limit]);
  }
}

const columns = `
  upload.id, upload.export_id AS "exportId", upload.generation, upload.state, upload.upload_id AS "uploadId",
  jsonb_build_object('storeId', upload.store_id, 'bucket', upload.bucket, 'key', upload.key) AS at,
  (extract(epoch FROM upload.created_at) * 1000)::float8 AS "createdAtMs"`;

const beginStatement: Statement = {
  name: 'upload-begin',
  text: `
    INSERT INTO upload (id, export_id, generation, store_id, bucket, key)
    SELECT $1, id, generation, store_id, bucket, key FROM export
    WHERE id = $2 AND generation = $3 AND state IN ('queued', 'planning')
    RETURNING ${columns}`,
};

const openedStatement: Statement = {
  name: 'upload-opened',
  text: `UPDATE upload SET state = 'open', upload_id = $2 WHERE id = $1 AND state = 'opening'`,
};

const abortedStatement: Statement = {
  name: 'upload-aborted',
  text: `UPDATE upload SET state = 'aborted', ended_at = now() WHERE id = $1 AND state IN ('opening', 'open')`,
};

const unfinishedOfStatement: Statement = {
  name: 'upload-unfinished-of',
  text: `SELECT ${columns} FROM upload WHERE export_id = $1 AND generation <= $2 AND state IN ('opening', 'open')`,
};

const unfinishedAtStatement: Statement = {
  name: 'upload-unfinished-at',
  text: `
    SELECT ${columns} FROM upload
    WHERE store_id = $1 AND bucket = $2 AND key = $3 AND state IN ('opening', 'open')`,
};

const orphansStatement: Statement = {
  name: 'upload-orphans',
  text: `
    SELECT ${columns} FROM upload JOIN export ON export.id = upload.export_id
    WHERE upload.state IN ('opening', 'open') AND upload.created_at < now() - $1 * interval '1 millisecond'
      AND (export.ended_at IS NOT NULL OR upload.generation < export.generation OR upload.state = 'opening'
        OR export.upload_id IS DISTINCT FROM upload.upload_id)
    ORDER BY upload.created_at LIMIT $2`,
};
