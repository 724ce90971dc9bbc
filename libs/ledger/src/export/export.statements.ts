import { workSubject } from '@clipfleet/contracts';
import type { Statement } from '../database/ledger-database.js';
import { isOnItsWay, isUnderWay } from '../dispatch/dispatch.statements.js';
import { failFileOf } from '../file/made-files.js';
import { cleanupMessage, endedMessage, insertFirstMessage, insertMessages } from '../outbox/messages.js';
import { exportColumns, newStatusColumns, statusColumns } from './export-record.js';
import { type ExportState, isEnded } from './export-state.js';

/**
 * `IS TRUE` keeps the indexes that begin with the tenant out: one that reads all exports of a tenant looks as good as the right
 * one while the table is small, and a plan is kept.
 */
const isTenant = (parameter: string): string => `(tenant_id = ${parameter}) IS TRUE`;

/**
 * Counts to the limit, which is small; the order binds the plan to the index. What is on its way to the stream counts: a burst
 * is accepted faster than it is relayed. Without a limit nothing waits.
 */
export const mustWait = (limit: string, before = '0'): string => `coalesce(
      EXISTS (SELECT 1 FROM outbox WHERE held AND subject = '${workSubject.plan}')
        OR ${limit}::int <= ${before} + (SELECT count(*) FROM (
          (SELECT 1 FROM export WHERE ${isUnderWay} ORDER BY tenant_id LIMIT ${limit})
          UNION ALL
          (SELECT 1 FROM outbox WHERE ${isOnItsWay} AND subject = '${workSubject.plan}' ORDER BY id LIMIT ${limit})) begun),
      false)`;

/**
 * 1. An ended export that no longer answers makes room; the insert counts the superseded rows only to run after it.
 * 2. The insert loses against any row of the same fingerprint or idempotency key.
 * 3. The message goes with the insert. It waits for its turn where others wait, or $15 exports are under way.
 * 4. The new row, else the one of the idempotency key, else the one of the fingerprint.
 */
export const createOrFind: Statement = {
  name: 'export-create-or-find',
  text: `
    WITH superseded AS (
      UPDATE export SET superseded_at = now()
      WHERE fingerprint = $3 AND ${isTenant('$2')} AND superseded_at IS NULL AND valid_until <= now()
        AND ($4::text IS NULL OR idempotency_key IS DISTINCT FROM $4)
      RETURNING id
    ), created AS (
      INSERT INTO export (id, tenant_id, fingerprint, idempotency_key, edit, output, request, trace_parent,
        store_id, bucket, key, priority, own_places, expires_in_ms)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $14, $16
      WHERE (SELECT count(*) FROM superseded) >= 0 AND ($13::int IS NULL OR $13 > (
        SELECT count(*) FROM (SELECT 1 FROM export WHERE tenant_id = $2 AND ended_at IS NULL LIMIT $13) active))
      ON CONFLICT DO NOTHING
      RETURNING *
    ), message AS (${insertFirstMessage('created', mustWait('$15'))} RETURNING held)
    SELECT ${newStatusColumns}, true AS "isNew", (SELECT held FROM message) AS "isHeld" FROM created export
    UNION ALL
    SELECT ${statusColumns}, false, false FROM export WHERE idempotency_key = $4 AND ${isTenant('$2')}
    UNION ALL
    SELECT ${statusColumns}, false, false FROM export
    WHERE fingerprint = $3 AND ${isTenant('$2')} AND superseded_at IS NULL AND (ended_at IS NULL OR valid_until > now())
    LIMIT 1`,
};

export const findForPoll: Statement = {
  name: 'export-find-for-poll',
  text: `
    SELECT ${statusColumns} FROM export
    WHERE fingerprint = $2 AND ${isTenant('$1')} AND superseded_at IS NULL AND (ended_at IS NULL OR valid_until > now())`,
};

export const statusById: Statement = {
  name: 'export-status',
  text: `SELECT ${statusColumns} FROM export WHERE id = $1`,
};

export const getById: Statement = {
  name: 'export-get',
  text: `SELECT ${exportColumns} FROM export WHERE id = $1`,
};

/**
 * Ids begin with their time. Without a page before, every id is below the bound: one plan for all pages. Each state has a
 * statement of its own, which names it: what failed among millions, and what has not ended, is found by an index of only those.
 */
const listWhere = (name: string, condition: string): Statement => ({
  name,
  text: `
    SELECT ${statusColumns} FROM export
    WHERE tenant_id = $1 AND id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)${condition}
    ORDER BY id DESC LIMIT $3`,
});

const listOfAll = listWhere('export-list', '');

const listOfState = (state: ExportState): Statement =>
  listWhere(`export-list-${state}`, ` AND state = '${state}'${isEnded(state) ? '' : ' AND ended_at IS NULL'}`);

export const listOf = (state?: ExportState): Statement => (state === undefined ? listOfAll : listOfState(state));

export const cancel: Statement = {
  name: 'export-cancel',
  text: `
    WITH ended AS (
      UPDATE export SET state = 'cancelled', ended_at = now(), updated_at = now(),
        valid_until = now() + $3 * interval '1 millisecond',
        error_code = 'cancelled', error_message = 'The export was cancelled.', error_details = '{}'
      WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL
      RETURNING *
    ), messages AS (${insertMessages(endedMessage('ended'), cleanupMessage('ended'))}), files AS (${failFileOf('ended')})
    SELECT ${statusColumns} FROM ended export`,
};

export const countActive: Statement = {
  name: 'export-count-active',
  text: 'SELECT state, count(*)::int AS count FROM export WHERE ended_at IS NULL GROUP BY state',
};

/** Counts up to the limit only. */
export const countActiveOfTenant: Statement = {
  name: 'export-count-active-of-tenant',
  text: `
    SELECT count(*)::int AS count FROM (
      SELECT 1 FROM export WHERE tenant_id = $1 AND ended_at IS NULL LIMIT $2) active`,
};
