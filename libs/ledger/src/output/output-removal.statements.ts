import type { Statement } from '../database/ledger-database.js';

/*
 * Orders to remove expired outputs: one for each object that a completed export has written, with the etag it had then. Whoever
 * completes an export at a place takes over what was ordered there.
 */

/** As the column `name`. */
const nameOf = (key: string): string => `regexp_replace(${key}, '(\\.edges)?\\.[^./]*$', '')`;

const isBeside = (from: string): string =>
  `output_removal.name = ${nameOf(`${from}.key`)} AND output_removal.bucket = ${from}.bucket AND output_removal.store_id = ${from}.store_id`;

/**
 * Before an export can write its output: it waits for a removal there that has begun, and one that was about to begin looks
 * again, and finds this export unfinished. Otherwise it might remove the same bytes, written anew, for the old ones.
 */
export const postponeRemovals = (from: string): string => `
      UPDATE output_removal SET due_at = greatest(due_at, now() + interval '1 minute') FROM ${from} WHERE ${isBeside(from)}`;

/** What a completed export has written replaces what was ordered for it. `keys`, `etags`: parameters. */
export const orderRemovals = (from: string, keys: string, etags: string): string => `
    written AS (
      SELECT ${from}.store_id, ${from}.bucket, output.key, output.etag, ${from}.expires_at
      FROM ${from}, unnest(${keys}::text[], ${etags}::text[]) AS output(key, etag)
    ), kept AS (
      DELETE FROM output_removal USING written
      WHERE ${isBeside('written')} AND output_removal.key = written.key AND written.expires_at IS NULL
    ), expiring AS (
      INSERT INTO output_removal (store_id, bucket, key, etag, due_at)
      SELECT store_id, bucket, key, etag, expires_at FROM written WHERE expires_at IS NOT NULL
      ON CONFLICT (name, bucket, store_id, key) DO UPDATE
        SET etag = excluded.etag, due_at = excluded.due_at, attempts = 0
    )`;

/**
 * What is due, and whether an unfinished export writes beside it or reads it. Places are gathered once for all, and only if
 * anything is due; the order binds the plan to the index of unfinished exports.
 */
const dueOf = (name: string, which: string): Statement => ({
  name,
  text: `
    WITH due AS MATERIALIZED (
      SELECT store_id, bucket, key, name, etag, due_at FROM output_removal WHERE due_at <= now() ${which}
    ), unfinished AS MATERIALIZED (
      SELECT store_id, bucket, key, edit FROM export
      WHERE ended_at IS NULL AND (SELECT count(*) FROM due) > 0 ORDER BY tenant_id
    )
    SELECT jsonb_build_object('storeId', store_id, 'bucket', bucket, 'key', key) AS at, etag, due_at::text AS "dueAt",
      (store_id, bucket, name) IN (SELECT store_id, bucket, ${nameOf('key')} FROM unfinished)
      OR (store_id, bucket, key) IN (
        SELECT place->>'storeId', place->>'bucket', place->>'key'
        FROM unfinished, jsonb_path_query(edit, '$.clips[*].source.locations[*]') AS place) AS "isUsed"
    FROM due ORDER BY due_at`,
});

/** $1 how many, $2 stores that are left out. */
export const due = dueOf('output-removal-due', 'AND store_id <> ALL($2::text[]) ORDER BY due_at LIMIT $1');

/** $1 store, $2 bucket, $3 key: there and beside it. */
export const dueAt = dueOf(
  'output-removal-due-at',
  `AND name = ${nameOf('$3::text')} AND bucket = $2 AND store_id = $1`,
);

const isOrder = `name = ${nameOf('$3::text')} AND bucket = $2 AND store_id = $1 AND key = $3`;

/** So that it is not in the way of others that are due. */
export const waitForExports: Statement = {
  name: 'output-removal-wait',
  text: `UPDATE output_removal SET due_at = greatest(due_at, now() + interval '10 seconds') WHERE ${isOrder}`,
};

/** Held until the object is removed. $4: as it was due, for one that was put off since, or taken over, is another's. */
export const take: Statement = {
  name: 'output-removal-take',
  text: `
    SELECT key FROM output_removal WHERE ${isOrder} AND due_at = $4::timestamptz AND etag = $5 FOR UPDATE`,
};

export const done: Statement = {
  name: 'output-removal-done',
  text: `DELETE FROM output_removal WHERE ${isOrder}`,
};

/** The wait doubles from 10 s to an hour. */
const putOff = `attempts = attempts + 1,
      due_at = now() + least(3600, 10 * power(2, least(attempts, 10))) * interval '1 second'`;

export const failed: Statement = {
  name: 'output-removal-failed',
  text: `UPDATE output_removal SET ${putOff} WHERE ${isOrder}`,
};

/**
 * The same of many: $1 stores, $2 buckets, $3 keys; $4, $5 as {@link take}. One that somebody else holds is left to them: whoever
 * waited with others in hand might be waited for. `row`: where it lies, which does not change while it is held.
 */
export const takeMany: Statement = {
  name: 'output-removal-take-many',
  text: `
    SELECT index::int, row::text
    FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[]) WITH ORDINALITY
      AS seen(store_id, bucket, key, due_at, etag, index)
    CROSS JOIN LATERAL (
      SELECT ctid AS row FROM output_removal
      WHERE output_removal.name = ${nameOf('seen.key')} AND output_removal.bucket = seen.bucket
        AND output_removal.store_id = seen.store_id AND output_removal.key = seen.key
        AND output_removal.due_at = seen.due_at AND output_removal.etag = seen.etag
      FOR UPDATE SKIP LOCKED) taken`,
};

/** $1 rows that are held. */
export const doneMany: Statement = {
  name: 'output-removal-done-many',
  isPlannedAnew: true,
  text: 'DELETE FROM output_removal WHERE ctid = ANY($1::tid[])',
};

export const failedMany: Statement = {
  name: 'output-removal-failed-many',
  isPlannedAnew: true,
  text: `UPDATE output_removal SET ${putOff} WHERE ctid = ANY($1::tid[])`,
};
