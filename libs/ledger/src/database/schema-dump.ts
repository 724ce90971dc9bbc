import type { SqlRunner, Statement } from './ledger-database.js';

/**
 * The schema as text, from the catalogue: the same for the same schema on every server version, so that a committed copy can
 * be compared (pg_dump is not part of the embedded server, and its text changes with the version).
 */
export const dumpSchema = async (sql: SqlRunner): Promise<string> => {
  const columns = await sql.query<{ table: string; line: string }>(columnsStatement, []);
  const constraints = await sql.query<{ table: string; line: string }>(constraintsStatement, []);
  const indexes = await sql.query<{ table: string; line: string }>(indexesStatement, []);
  const tables = [...new Set(columns.map((column) => column.table))];
  const linesOf = (rows: { table: string; line: string }[], table: string): string[] =>
    rows.filter((row) => row.table === table).map((row) => row.line);
  return tables
    .map((table) => {
      const body = [...linesOf(columns, table), ...linesOf(constraints, table)].map((line) => `  ${line}`).join(',\n');
      const after = linesOf(indexes, table).map((line) => `${line};\n`);
      return `CREATE TABLE ${table} (\n${body}\n);\n${after.join('')}`;
    })
    .join('\n');
};

/** `schema_migration` is TypeORM's own. */
const isOurs = `n.nspname = 'public' AND c.relname <> 'schema_migration'`;

const columnsStatement: Statement = {
  name: 'schema-columns',
  text: `
    SELECT c.relname AS table,
      concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attidentity = 'a' THEN 'GENERATED ALWAYS AS IDENTITY' END,
        CASE WHEN a.attgenerated = 's' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
          WHEN d.adbin IS NOT NULL THEN 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
        CASE WHEN a.attnotnull THEN 'NOT NULL' END) AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind = 'r' AND ${isOurs} ORDER BY c.relname, a.attnum`,
};

/** Not-null constraints (contype n, from PostgreSQL 18 on) are told by the columns. */
const constraintsStatement: Statement = {
  name: 'schema-constraints',
  text: `
    SELECT c.relname AS table, 'CONSTRAINT ' || k.conname || ' ' || pg_get_constraintdef(k.oid) AS line
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype <> 'n' AND ${isOurs} ORDER BY c.relname, k.contype <> 'p', k.conname`,
};

/** Without those a constraint made. */
const indexesStatement: Statement = {
  name: 'schema-indexes',
  text: `
    SELECT c.relname AS table, replace(pg_get_indexdef(i.indexrelid), ' ON public.', ' ON ') AS line
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))
      AND ${isOurs} ORDER BY c.relname, i.indexrelid::regclass::text`,
};
