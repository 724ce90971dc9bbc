import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALL_FILES, type FileCondition } from '@clipfleet/contracts';
import { openTestLedger, type TestLedger } from '../ledger.fixture.js';
import { type FileQuery, pageSql } from './file-listing.js';
import { FileRepository } from './file.repository.js';

const MANY = 1_000_000;
const FEW = 1_000;
const CATEGORY = '0'.repeat(24);

interface PlanNode {
  'Node Type': string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
const totalOf = (root: PlanNode): number => {
  expect(nodesOf(root).map((node) => node['Node Type'])).not.toContain('Seq Scan');
  return root['Shared Hit Blocks'] + root['Shared Read Blocks'];
};
const inCategory: FileCondition = { kind: 'compare', field: 'categoryId', operator: '=', value: CATEGORY };
const query: FileQuery = { condition: ALL_FILES, newestFirst: true, limit: 20, offset: 0 };

describe(`a list of ${MANY} files`, () => {
  let ledger: TestLedger;
  let files: FileRepository;
  let fewId: string;
  beforeAll(async () => {
    ledger = await openTestLedger();
    files = new FileRepository(ledger.database);
    fewId = await ledger.tenants.seed({ slug: 'few', grants: [] });
    const { dataSource } = ledger.database;
    await dataSource.query(`INSERT INTO file_category (id, tenant_id, name) VALUES ($1, $2, 'half')`, [
      CATEGORY,
      ledger.tenantId,
    ]);
    await generate(ledger.tenantId, MANY, 'a');
    await generate(fewId, FEW, 'b');
    await dataSource.query('VACUUM ANALYZE file');
  });
  afterAll(() => ledger.close());

  const generate = (tenantId: string, count: number, prefix: string) =>
    ledger.database.dataSource.query(
      `INSERT INTO file (id, tenant_id, name, cdn_path, store_id, bucket, key, status, category_id, created_at)
      SELECT '${prefix}' || lpad(to_hex(n), 23, '0'), $1, 'clip ' || n || '.mp4', n || '.mp4', 'main', 'files', n || '.mp4',
        'success', CASE WHEN n % 2 = 0 THEN '${CATEGORY}' END, now() - n * interval '1 second'
      FROM generate_series(1, $2::int) AS n`,
      [tenantId, count],
    );

  /** Pages of the database that a page of the list reads, and that it is found by an index. */
  const blocksOf = async (tenantId: string, change: Partial<FileQuery> = {}, behind?: string): Promise<number> => {
    const values: unknown[] = [tenantId, 21, change.offset ?? 0];
    const text = pageSql({ ...query, ...change }, behind, values);
    const given = values.map((value) => `'${String(value)}'`).join(', ');
    // as the repository runs it: prepared, with a plan that does not know the values
    const runner = ledger.database.dataSource.createQueryRunner();
    try {
      await runner.query(`PREPARE page AS ${text}`);
      const [{ 'QUERY PLAN': plans }] = (await runner.query(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE page(${given})`,
      )) as { 'QUERY PLAN': { Plan: PlanNode }[] }[];
      return totalOf(plans[0].Plan);
    } finally {
      await runner.query('DEALLOCATE page').catch(() => undefined);
      await runner.release();
    }
  };
  const positionAt = async (offset: number): Promise<string> => {
    const page = await files.list(ledger.tenantId, { ...query, limit: 1, offset });
    return page.files[0].position;
  };

  it('reads as little as one of a thousand, on its first page', async () => {
    expect(await blocksOf(ledger.tenantId)).toBeLessThanOrEqual(2 * (await blocksOf(fewId)));
  });

  it.each([true, false])('reads as little on a page in its depth, newest first: %p', async (newestFirst) => {
    const position = await positionAt(900_000);
    const deep = await blocksOf(ledger.tenantId, { newestFirst }, position);
    expect(deep).toBeLessThanOrEqual(2 * (await blocksOf(fewId, { newestFirst })));
  });

  it('finds a category and an id by an index', async () => {
    const ids: FileCondition = { kind: 'compare', field: 'id', operator: '=', value: `a${'0'.repeat(18)}f4240` };
    expect(await blocksOf(ledger.tenantId, { condition: inCategory })).toBeLessThan(500);
    expect(await blocksOf(ledger.tenantId, { condition: ids })).toBeLessThan(50);
  });

  it('goes on behind the page before, also when files in front of it come or go', async () => {
    const page = await files.list(ledger.tenantId, { ...query, offset: 500_000 });
    expect(page.files[0].name).toBe('clip 500001.mp4');
    await files.delete(ledger.tenantId, [(await files.list(ledger.tenantId, { ...query, limit: 1 })).files[0].id]);
    const next = await files.list(ledger.tenantId, { ...query, offset: 500_020 });
    expect(next.files.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, n) => `clip ${500_021 + n}.mp4`));
  });
});
