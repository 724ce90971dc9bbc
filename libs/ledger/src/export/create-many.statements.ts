import type { Statement } from '../database/ledger-database.js';
import { insertFirstMessage } from '../outbox/messages.js';
import { statusColumns, transactionTimeMs } from './export-record.js';
import { mustWait } from './export.statements.js';

const inputOf = {
  id: 'uuid',
  tenant_id: 'uuid',
  fingerprint: 'text',
  edit: 'jsonb',
  output: 'jsonb',
  request: 'jsonb',
  trace_parent: 'text',
  store_id: 'text',
  bucket: 'text',
  key: 'text',
  priority: 'int',
  own_places: 'jsonb',
  expires_in_ms: 'bigint',
} as const;
export type ManyColumn = keyof typeof inputOf;
const manyColumns = Object.keys(inputOf) as ManyColumn[];

/** JSON has it nowhere (RFC 7464 §2.2 parts texts with it, too), so that texts need no quotes, which would have to be escaped. */
const TEXT_SEPARATOR = '\u001e';

/** The parameters of {@link createMany}: a column each. */
export const manyParameters = (rows: readonly Record<ManyColumn, unknown>[]): unknown[] =>
  manyColumns.map((column) => {
    const values = rows.map((row) => row[column]);
    return inputOf[column] === 'jsonb' ? values.join(TEXT_SEPARATOR) : values;
  });

/** The parameters of {@link createOne}. */
export const oneParameters = (row: Record<ManyColumn, unknown>): unknown[] => manyColumns.map((column) => row[column]);

const manyInput = (column: ManyColumn, index: number): string =>
  inputOf[column] === 'jsonb'
    ? `string_to_array($${index + 1}::text, chr(${TEXT_SEPARATOR.charCodeAt(0)}))::jsonb[]`
    : `$${index + 1}::${inputOf[column]}[]`;

/**
 * Of what is there already it tells nothing: looking costs each new one as much as two of its index entries. Of a row it has made
 * it tells what nobody knew before. The last parameter: exports under way from which on new ones wait.
 */
const create = (name: string, rows: string): Statement => ({
  name,
  text: `
    WITH created AS (
      INSERT INTO export (${manyColumns.join(', ')})
      ${rows}
      ON CONFLICT DO NOTHING
      RETURNING id, generation, tenant_id, priority, trace_parent
    )
    ${insertFirstMessage('created', mustWait(`$${manyColumns.length + 1}`, '(row_number() OVER ()) - 1'))}
    RETURNING export_id AS "newId", held AS "isHeld", ${transactionTimeMs} AS "acceptedAtMs"`,
});

/**
 * Exports that came together, without idempotency keys, and none of them near the limit of its tenant: one plan, one round trip and
 * one commit for all. Rows are inserted in the order of their fingerprints, so that two such statements wait for each other in one
 * direction.
 */
export const createMany = create(
  'export-create-many',
  `SELECT ${manyColumns.join(', ')} FROM unnest(${manyColumns.map(manyInput).join(', ')})
        AS input(${manyColumns.join(', ')})
      ORDER BY fingerprint, tenant_id`,
);

/** The same for one that came alone: without arrays it takes three quarters of the time. */
export const createOne = create(
  'export-create-one',
  `VALUES (${manyColumns.map((column, index) => `$${index + 1}::${inputOf[column]}`).join(', ')})`,
);

/** Exports that answer requests of the fingerprints $1 by the tenants $2. */
export const findMany: Statement = {
  name: 'export-find-many',
  text: `
    SELECT export.* FROM unnest($1::text[], $2::uuid[]) AS input(fingerprint, tenant_id) CROSS JOIN LATERAL (
      SELECT ${statusColumns} FROM export
      WHERE export.fingerprint = input.fingerprint AND (export.tenant_id = input.tenant_id) IS TRUE AND superseded_at IS NULL
        AND (ended_at IS NULL OR valid_until > now()) LIMIT 1) export`,
};
