import type { LedgerDatabase, Statement } from '../database/ledger-database.js';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

export type Value = string | number | string[] | null;

export interface Reading {
  /** `table by index`, or `table whole`. */
  scans: Set<string>;
  /** Rows that were looked at, whether they were wanted or not. */
  rowCount: number;
}

/**
 * What a statement reads when it is carried out as connections of the fleet do it, by a plan made once for all values. What it
 * changes is taken back.
 */
export const readingOf = async (database: LedgerDatabase, { text }: Statement, values: Value[]): Promise<Reading> => {
  const runner = database.dataSource.createQueryRunner();
  const query = (sql: string): Promise<Record<string, unknown>[]> => runner.query(sql);
  try {
    await query(`PREPARE volume AS ${text}`);
    await query('BEGIN');
    const [row] = await query(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE volume${values.length > 0 ? `(${values.map(literal).join(', ')})` : ''}`,
    );
    const [{ Plan }] = row['QUERY PLAN'] as { Plan: PlanNode }[];
    const scans = flat(Plan).filter(
      (node) => /Scan$/.test(node['Node Type']) && !/^(CTE|Function|Subquery|Values)/.test(node['Node Type']),
    );
    return { scans: new Set(scans.map(nameOf)), rowCount: scans.reduce((sum, node) => sum + rowsOf(node), 0) };
  } finally {
    await query('ROLLBACK');
    await query('DEALLOCATE volume');
    await runner.release();
  }
};

const flat = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)];

const nameOf = (node: PlanNode): string =>
  node['Node Type'] === 'Seq Scan'
    ? `${node['Relation Name']} whole`
    : `${node['Relation Name'] ?? ''} by ${node['Index Name'] ?? node['Node Type']}`;

/** Postgres tells means of all loops. */
const rowsOf = (node: PlanNode): number =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) *
  node['Actual Loops'];

const literal = (value: Value): string => {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return `'{${value.join(',')}}'`;
  if (typeof value === 'number') return String(value);
  return `'${value.replaceAll("'", "''")}'`;
};
