import type { Statement } from '../database/ledger-database.js';

/** An export that takes a place among those under way; the predicate of the index `export_under_way`. */
export const isUnderWay = `state IN ('planning', 'running', 'assembling') AND NOT grows`;

/** Released, and not in the stream yet; the predicate of the index `outbox_unpublished`. */
export const isOnItsWay = 'published_at IS NULL AND NOT held';

/*
 * Plans are made once and kept, often on empty tables, where reading a whole table looks cheap: ORDER BY and ANY bind them to
 * the indexes.
 */

export const waitingSubjects: Statement = {
  name: 'dispatch-waiting-subjects',
  text: `
    SELECT subject FROM unnest($1::text[]) subject CROSS JOIN LATERAL (
      SELECT 1 FROM outbox WHERE held AND outbox.subject = subject.subject ORDER BY tenant_id LIMIT 1) first`,
};

export const lock: Statement = { name: 'dispatch-lock', text: 'SELECT pg_advisory_xact_lock($1)' };

export const onTheirWay: Statement = {
  name: 'dispatch-on-their-way',
  text: `
    SELECT count(*)::int AS count FROM (
      SELECT 1 FROM outbox WHERE ${isOnItsWay} AND subject = $1 ORDER BY id) one`,
};

/** The next tenant that has something waiting: one step of the index each, however many rows a tenant has. */
const waitingTenants = `
    WITH RECURSIVE waiting (tenant_id) AS (
      (SELECT tenant_id FROM outbox WHERE held AND subject = $1 ORDER BY tenant_id LIMIT 1)
      UNION ALL
      SELECT (SELECT outbox.tenant_id FROM outbox
        WHERE held AND subject = $1 AND outbox.tenant_id > waiting.tenant_id ORDER BY outbox.tenant_id LIMIT 1)
      FROM waiting WHERE waiting.tenant_id IS NOT NULL
    )`;

const weight = (limits: string): string => `coalesce((${limits}->>'weight')::float8, 1)`;

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996), per subject: an item starts, in virtual time, when its tenant's item
 * before it finishes, and not before the clock, which is the start of what was released last; it takes cost ÷ weight; the
 * earliest start goes first. A tenant that was quiet begins at the clock: it owes nothing and has saved nothing up.
 *
 * $2 most items; `room`: most items of a tenant; `mayBegin`: a condition on the item's place.
 */
const releaseFairly = (tenants: string, mayBegin: string): string => `
    ${waitingTenants}, ${tenants}, items AS (
      SELECT item.id, tenants.tenant_id, item.cost / tenants.weight AS length,
        greatest(coalesce(share.virtual_time, 0), coalesce(clock.virtual_time, 0)) AS origin,
        row_number() OVER mine AS position, sum(item.cost / tenants.weight) OVER mine AS through,
        tenants.has_none
      FROM tenants
      LEFT JOIN dispatch_clock clock ON clock.subject = $1
      LEFT JOIN dispatch_share share ON share.subject = $1 AND share.tenant_id = tenants.tenant_id
      CROSS JOIN LATERAL (
        SELECT id, cost, priority FROM outbox WHERE held AND subject = $1 AND outbox.tenant_id = tenants.tenant_id
        ORDER BY priority DESC, id LIMIT tenants.room) item
      WINDOW mine AS (PARTITION BY tenants.tenant_id ORDER BY item.priority DESC, item.id)
    ), ranked AS (
      SELECT *, origin + through - length AS starts, row_number() OVER (ORDER BY origin + through - length, id) AS rank FROM items
    ), chosen AS (
      SELECT * FROM ranked WHERE rank <= $2 AND ${mayBegin}
    ), released AS (
      UPDATE outbox SET held = false WHERE id = ANY (ARRAY(SELECT id FROM chosen))
    ), shares AS (
      INSERT INTO dispatch_share (subject, tenant_id, virtual_time)
      SELECT $1, tenant_id, max(starts + length) FROM chosen GROUP BY tenant_id
      ON CONFLICT (subject, tenant_id) DO UPDATE SET virtual_time = excluded.virtual_time
    ), clock AS (
      INSERT INTO dispatch_clock (subject, virtual_time) SELECT $1, max(starts) FROM chosen HAVING count(*) > 0
      ON CONFLICT (subject) DO UPDATE SET virtual_time = greatest(dispatch_clock.virtual_time, excluded.virtual_time)
    )
    SELECT count(*)::int AS count FROM chosen`;

export const releaseTasks: Statement = {
  name: 'dispatch-release-tasks',
  text: releaseFairly(
    `tenants AS (
      SELECT tenant_id, ${weight('limits')} AS weight, $2::int AS room, false AS has_none
      FROM waiting JOIN tenant ON tenant.id = tenant_id
    )`,
    'true',
  ),
};

/** Has $6 tasks of the kinds $5 waiting: whatever is planned for this tenant has to wait behind them. */
const hasWorkAhead = `$6::int <= (
        SELECT count(*) FROM unnest($5::text[]) kind (subject) CROSS JOIN LATERAL (
          SELECT 1 FROM outbox WHERE held AND outbox.subject = kind.subject AND outbox.tenant_id = waiting.tenant_id
          ORDER BY priority DESC, id LIMIT $6) task)`;

/**
 * Requests to plan begin exports. $3 most exports under way, $4 most of one tenant where its limits do not say otherwise. A
 * tenant with none under way may always begin one. A tenant with work ahead has one plan made at a time: planners are not
 * busy with what cannot begin when another tenant's clip comes.
 */
export const releasePlans: Statement = {
  name: 'dispatch-release-plans',
  text: releaseFairly(
    `begun AS (
      SELECT tenant_id, count(*) AS count, count(*) FILTER (WHERE is_planned) AS plans FROM (
        (SELECT tenant_id, state = 'planning' AS is_planned FROM export WHERE ${isUnderWay} ORDER BY tenant_id)
        UNION ALL
        (SELECT tenant_id, true FROM outbox
        WHERE ${isOnItsWay} AND subject = $1 AND tenant_id IS NOT NULL ORDER BY id)
      ) one GROUP BY tenant_id
    ), tenants AS (
      SELECT waiting.tenant_id, ${weight('limits')} AS weight, coalesce(begun.count, 0) = 0 AS has_none,
        greatest(0, least($2::int, coalesce((limits->>'maxRunningExports')::int, $4::int) - coalesce(begun.count, 0),
          CASE WHEN ${hasWorkAhead} THEN 1 - coalesce(begun.plans, 0) END)) AS room
      FROM waiting JOIN tenant ON tenant.id = waiting.tenant_id LEFT JOIN begun ON begun.tenant_id = waiting.tenant_id
    )`,
    `(rank <= $3::int - (SELECT coalesce(sum(count), 0) FROM begun) OR has_none AND position = 1)`,
  ),
};

/** Messages of a run that has ended: nobody waits for them. */
export const dropHeld: Statement = {
  name: 'dispatch-drop-held',
  text: `DELETE FROM outbox WHERE export_id = $1 AND generation = $2 AND (held OR again_at IS NOT NULL)`,
};

export const heldOf: Statement = {
  name: 'dispatch-held',
  text: `
    SELECT subject, held.count, held.age AS "oldestAgeMs" FROM unnest($1::text[]) subject CROSS JOIN LATERAL (
      SELECT count(*)::int AS count,
        coalesce(greatest(extract(epoch FROM now() - min(created_at)) * 1000, 0), 0)::float8 AS age FROM (
        SELECT created_at FROM outbox WHERE held AND outbox.subject = subject.subject ORDER BY tenant_id, priority DESC, id) one) held`,
};
