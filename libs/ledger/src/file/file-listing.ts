import { createHash } from 'node:crypto';
import { ClipfleetError } from '@clipfleet/contracts';
import { LRUCache } from 'lru-cache';
import type { QueryResultRow } from 'pg';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';
import { conditionSql } from './condition-sql.js';
import type { FileCondition } from '@clipfleet/contracts';
import { fileColumns, type FileRecord } from './file-record.js';

export interface FileQuery {
  condition: FileCondition;
  newestFirst: boolean;
  limit: number;
  offset: number;
}

export interface FilePage {
  files: FileRecord[];
  /** There is a file behind the last one. */
  hasMore: boolean;
}

/** The last file of a page: the next page begins behind it. */
interface Bookmark {
  position: string;
  offset: number;
}

const POSITION = /^(\d{1,16})\.([0-9a-f]{24})$/;
const MAX_BOOKMARKS = 50_000;
/** A list that changed meanwhile shows it after this long, also to a client that turns pages. */
const BOOKMARK_TTL_MS = 60_000;
/** What a search by regular expression or a part of a name may take. */
const SEARCH_TIMEOUT_MS = 5_000;
const QUERY_CANCELED = '57014';
const INVALID_REGULAR_EXPRESSION = '2201B';

/**
 * Pages by offset, found by key: who asks for the page at offset n was given the one before it, whose last file is known here.
 * So turning pages costs the same on the first page and on the fifty-thousandth. An offset out of the blue is counted off
 * the index.
 */
export class FileListing {
  private readonly bookmarks = new LRUCache<string, Bookmark>({ max: MAX_BOOKMARKS, ttl: BOOKMARK_TTL_MS });

  constructor(private readonly database: LedgerDatabase) {}

  async page(tenantId: string, query: FileQuery): Promise<FilePage> {
    const { limit, offset } = query;
    const list = listKey(tenantId, query);
    const bookmark = this.bookmarks.get(`${list}:${offset}`);
    const values: unknown[] = [tenantId, limit + 1, bookmark ? 0 : offset];
    const text = pageSql(query, bookmark?.position, values);
    const found = await this.search<FileRecord>(query.condition, named(text), values);
    const files = found.slice(0, limit);
    const last = files.at(-1);
    if (last) this.bookmarks.set(`${list}:${offset + files.length}`, { position: last.position, offset });
    return { files, hasMore: found.length > limit };
  }

  async count(tenantId: string, condition: FileCondition): Promise<number> {
    const values: unknown[] = [tenantId];
    const text = `SELECT count(*)::int AS count FROM file WHERE tenant_id = $1 AND ${conditionSql(condition, values)}`;
    const [{ count }] = await this.search<{ count: number }>(condition, named(text), values);
    return count;
  }

  /** A search that has to look at every file may not take for ever. */
  private async search<R extends QueryResultRow>(
    condition: FileCondition,
    statement: Statement,
    values: unknown[],
  ): Promise<R[]> {
    if (!isSearch(condition)) return this.database.query<R>(statement, values);
    try {
      return await this.database.transaction(async (sql) => {
        await sql.query(
          { name: 'file-search-timeout', text: `SET LOCAL statement_timeout = ${SEARCH_TIMEOUT_MS}` },
          [],
        );
        return sql.query<R>(statement, values);
      });
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === INVALID_REGULAR_EXPRESSION)
        throw new ClipfleetError('bad-parameter', 'The regular expression is not one.', { cause: error });
      if (code === QUERY_CANCELED)
        throw new ClipfleetError('bad-parameter', `The search takes longer than ${SEARCH_TIMEOUT_MS} ms.`, {
          cause: error,
        });
      throw error;
    }
  }
}

/**
 * $1 tenant, $2 limit, $3 offset; exported for the test that looks at its plan. That is made without knowing the limit: the
 * page is looked up file by file (`OFFSET 0` keeps it so), or Postgres would join a tenth of the table to it.
 */
export const pageSql = (
  { condition, newestFirst }: FileQuery,
  behind: string | undefined,
  values: unknown[],
): string => {
  const where = conditionSql(condition, values);
  const direction = newestFirst ? 'DESC' : 'ASC';
  return `
    WITH page AS (
      SELECT file.id, file.created_at FROM file
      WHERE tenant_id = $1 AND ${where}${behind === undefined ? '' : behindSql(behind, newestFirst, values)}
      ORDER BY file.created_at ${direction}, file.id ${direction} OFFSET $3::bigint LIMIT $2::int
    )
    SELECT found.* FROM page
    CROSS JOIN LATERAL (SELECT ${fileColumns} FROM file WHERE file.id = page.id OFFSET 0) AS found
    ORDER BY page.created_at ${direction}, page.id ${direction}`;
};

const behindSql = (position: string, newestFirst: boolean, values: unknown[]): string => {
  const [, micros, id] = POSITION.exec(position)!;
  values.push(micros, id);
  const instant = `'epoch'::timestamptz + $${values.length - 1}::bigint * interval '1 microsecond'`;
  return ` AND (file.created_at, file.id) ${newestFirst ? '<' : '>'} (${instant}, $${values.length}::text)`;
};

const listKey = (tenantId: string, { condition, newestFirst }: FileQuery): string =>
  createHash('sha256')
    .update(JSON.stringify([tenantId, newestFirst, condition]))
    .digest('base64');

const isSearch = (condition: FileCondition): boolean =>
  condition.kind === 'contains' ||
  condition.kind === 'matches' ||
  ('of' in condition && condition.of.some((each) => isSearch(each)));

/** Lists of the same shape share a plan. */
const named = (text: string): Statement => ({
  name: `file-list-${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`,
  text,
});
