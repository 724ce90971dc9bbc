import type { Statement } from '../database/ledger-database.js';
import { fileColumns } from './file-record.js';
import { cancelExportsOf } from './made-files.js';

/** A registered recording is not ours to remove. */
const orderRemovals = (from: string): string =>
  `INSERT INTO file_removal (file_id, store_id, bucket, key)
    SELECT ${from}.id, ${from}.store_id, ${from}.bucket, ${from}.key FROM ${from} WHERE NOT ${from}.registered`;

/**
 * $12 the category, which must be the tenant's; $13 the export that makes it; $14 registered. The row that had the cdn path is
 * replaced: its object, if it lies elsewhere, is to be removed, and one that was to be removed from the new place is not any more.
 * The insert counts the rows of `before` only to run after it.
 */
export const create: Statement = {
  name: 'file-create',
  text: `
    WITH before AS (
      SELECT * FROM file WHERE cdn_path = $4 AND tenant_id = $2 FOR UPDATE
    ), kept AS (
      DELETE FROM file_removal WHERE key = $7 AND bucket = $6 AND store_id = $5
    ), file AS (
      INSERT INTO file (id, tenant_id, name, cdn_path, store_id, bucket, key, media_type, mime_type, size_bytes, status,
        category_id, export_id, registered)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
      WHERE (SELECT count(*) FROM before) >= 0
        AND ($12::text IS NULL OR EXISTS (SELECT FROM file_category WHERE id = $12 AND tenant_id = $2))
      ON CONFLICT (cdn_path, tenant_id) DO UPDATE SET id = excluded.id, name = excluded.name,
        store_id = excluded.store_id, bucket = excluded.bucket, key = excluded.key,
        media_type = excluded.media_type, mime_type = excluded.mime_type, size_bytes = excluded.size_bytes,
        status = excluded.status, error_message = NULL, category_id = excluded.category_id,
        export_id = excluded.export_id, registered = excluded.registered,
        created_at = excluded.created_at, updated_at = excluded.updated_at
      RETURNING *
    ), replaced AS (
      SELECT before.* FROM before, file
    ), elsewhere AS (
      SELECT * FROM replaced WHERE (store_id, bucket, key) <> ($5, $6, $7)
    ), ordered AS (${orderRemovals('elsewhere')}), ${cancelExportsOf('replaced')}
    SELECT ${fileColumns} FROM file`,
};

export const get: Statement = {
  name: 'file-get',
  text: `SELECT ${fileColumns} FROM file WHERE id = $2 AND tenant_id = $1`,
};

export const findByAddress: Statement = {
  name: 'file-by-address',
  text: `
    SELECT ${fileColumns} FROM file
    WHERE cdn_path = $2 AND tenant_id = (SELECT id FROM tenant WHERE slug = $1)`,
};

/** The one that was registered for the place. */
export const findRegistered: Statement = {
  name: 'file-registered',
  text: `
    SELECT ${fileColumns} FROM file
    WHERE key = $4 AND bucket = $3 AND store_id = $2 AND tenant_id = $1 AND registered`,
};

/** $1 export, $2 tenant, $3 ids, $4 cdn paths: what an export makes and reads is not removed before it ends. */
export const use: Statement = {
  name: 'file-use',
  text: `
    INSERT INTO file_use (export_id, file_id)
    SELECT $1::uuid, id FROM file WHERE tenant_id = $2 AND id = ANY($3::text[])
    UNION
    SELECT $1::uuid, id FROM file WHERE tenant_id = $2 AND cdn_path = ANY($4::text[])`,
};

export const succeed: Statement = {
  name: 'file-succeed',
  text: `
    WITH file AS (
      UPDATE file SET status = 'success', media_type = $3, mime_type = $4, size_bytes = $5, updated_at = now()
      WHERE id = $2 AND tenant_id = $1 AND status IN ('pending', 'running')
      RETURNING *
    )
    SELECT ${fileColumns} FROM file`,
};

export const fail: Statement = {
  name: 'file-fail',
  text: `
    WITH file AS (
      UPDATE file SET status = 'failed', error_message = $3, updated_at = now()
      WHERE id = $2 AND tenant_id = $1 AND status IN ('pending', 'running')
      RETURNING *
    )
    SELECT ${fileColumns} FROM file`,
};

export const remove: Statement = {
  name: 'file-remove',
  text: `
    WITH gone AS (
      DELETE FROM file WHERE tenant_id = $1 AND id = ANY($2::text[]) RETURNING *
    ), ordered AS (${orderRemovals('gone')}), ${cancelExportsOf('gone')}
    SELECT id FROM gone`,
};

/** Held until the object is removed: who creates a file at the same place waits for that. $1 how many, $2 stores that are left out. */
export const dueRemovals: Statement = {
  name: 'file-due-removals',
  text: `
    SELECT file_id AS "fileId", jsonb_build_object('storeId', store_id, 'bucket', bucket, 'key', key) AS at
    FROM file_removal removal
    WHERE due_at <= now() AND store_id <> ALL($2::text[]) AND NOT EXISTS (
      SELECT FROM file_use JOIN export ON export.id = file_use.export_id
      WHERE file_use.file_id = removal.file_id AND export.ended_at IS NULL)
    ORDER BY due_at LIMIT $1 FOR UPDATE OF removal SKIP LOCKED`,
};

export const removed: Statement = {
  name: 'file-removed',
  text: `DELETE FROM file_removal WHERE file_id = ANY($1::text[])`,
};

/** The wait doubles from 10 s to an hour. */
export const notRemoved: Statement = {
  name: 'file-not-removed',
  text: `
    UPDATE file_removal SET attempts = attempts + 1,
      due_at = now() + least(3600, 10 * power(2, least(attempts, 10))) * interval '1 second'
    WHERE file_id = ANY($1::text[])`,
};

/** Files whose content stopped coming: the gateway that received it died. */
export const removeUnreceived: Statement = {
  name: 'file-remove-unreceived',
  text: `
    WITH gone AS (
      DELETE FROM file WHERE id IN (
        SELECT id FROM file WHERE status = 'running' AND updated_at < now() - $1 * interval '1 millisecond'
        ORDER BY updated_at LIMIT $2)
      RETURNING *
    ), ordered AS (${orderRemovals('gone')})
    SELECT id FROM gone`,
};
