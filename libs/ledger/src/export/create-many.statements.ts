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
export const manyColumns = Object.keys(inputOf) as ManyColumn[];

/** JSON has it nowhere (RFC 7464 §2.2 parts texts with it, too), so that texts need no quotes, which would have to be escaped. */
const TEXT_SEPARATOR = '\u001e';

/** One column of {@link createMany} as its parameter. */
export const manyParameter = (column: ManyColumn, values: unknown[]): unknown =>
  inputOf[column] === 'jsonb' ? values.join(TEXT_SEPARATOR) : values;

const manyInput = (column: ManyColumn, index: number): string =>
  inputOf[column] === 'jsonb'
    ? `string_to_array($${index + 1}::text, chr(${TEXT_SEPARATOR.charCodeAt(0)}))::jsonb[]`
    : `$${index + 1}::${inputOf[column]}[]`;

/**
 * Exports that came together, or one that came alone, without idempotency keys, and none of them near the limit of its tenant: one
 * plan, one round trip and one commit for all. Rows are inserted in the order of their fingerprints, so that two such statements
 * wait for each other in one direction. Of what is there already it tells nothing: looking costs each new one as much as two of
 * its index entries. Of a row it has made it tells what nobody knew before.
 */
export const createMany: Statement = {
  name: 'export-create-many',
  text: `
    WITH created AS (
      INSERT INTO export (${manyColumns.join(', ')})
      SELECT ${manyColumns.join(', ')} FROM unnest(${manyColumns.map(manyInput).join(', ')})
        AS input(${manyColumns.join(', ')})
      ORDER BY fingerprint, tenant_id
      ON CONFLICT DO NOTHING
      RETURNING id, generation, tenant_id, priority, trace_parent
    )
    ${insertFirstMessage('created', mustWait(`$${manyColumns.length + 1}`, '(row_number() OVER ()) - 1'))}
    RETURNING export_id AS "newId", held AS "isHeld", ${transactionTimeMs} AS "acceptedAtMs"`,
};

/** Exports that answer requests of the fingerprints $1 by the tenants $2. */
export const findMany: Statement = {
  name: 'export-find-many',
  text: `
    SELECT export.* FROM unnest($1::text[], $2::uuid[]) AS input(fingerprint, tenant_id) CROSS JOIN LATERAL (
      SELECT ${statusColumns} FROM export
      WHERE export.fingerprint = input.fingerprint AND (export.tenant_id = input.tenant_id) IS TRUE AND superseded_at IS NULL
        AND (ended_at IS NULL OR valid_until > now()) LIMIT 1) export`,
};
