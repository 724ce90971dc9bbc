import type { LedgerDatabase, Statement } from '../database/ledger-database.js';
import { fileId } from './file-id.js';
import { categoryColumns, type FileCategory } from './file-record.js';

export interface CategoryPage {
  categories: FileCategory[];
  hasMore: boolean;
}

export class FileCategoryRepository {
  constructor(private readonly database: LedgerDatabase) {}

  async create(tenantId: string, name: string): Promise<FileCategory> {
    return (await this.database.query<FileCategory>(createStatement, [fileId(Date.now()), tenantId, name]))[0];
  }

  async get(tenantId: string, id: string): Promise<FileCategory | undefined> {
    return (await this.database.query<FileCategory>(getStatement, [tenantId, id]))[0];
  }

  /** Oldest first, or newest. */
  async list(
    tenantId: string,
    { limit, offset, newestFirst }: { limit: number; offset: number; newestFirst: boolean },
  ): Promise<CategoryPage> {
    const statement = newestFirst ? listNewestStatement : listOldestStatement;
    const found = await this.database.query<FileCategory>(statement, [tenantId, limit + 1, offset]);
    return { categories: found.slice(0, limit), hasMore: found.length > limit };
  }

  async count(tenantId: string): Promise<number> {
    return (await this.database.query<{ count: number }>(countStatement, [tenantId]))[0].count;
  }

  async rename(tenantId: string, id: string, name: string): Promise<FileCategory | undefined> {
    return (await this.database.query<FileCategory>(renameStatement, [tenantId, id, name]))[0];
  }

  /** Its files stay, without a category. */
  async delete(tenantId: string, id: string): Promise<boolean> {
    return (await this.database.query(deleteStatement, [tenantId, id])).length > 0;
  }
}

const createStatement: Statement = {
  name: 'file-category-create',
  text: `INSERT INTO file_category (id, tenant_id, name) VALUES ($1, $2, $3) RETURNING ${categoryColumns}`,
};

const getStatement: Statement = {
  name: 'file-category-get',
  text: `SELECT ${categoryColumns} FROM file_category WHERE id = $2 AND tenant_id = $1`,
};

const listStatement = (direction: 'ASC' | 'DESC'): Statement => ({
  name: `file-category-list-${direction}`,
  text: `
    SELECT ${categoryColumns} FROM file_category WHERE tenant_id = $1
    ORDER BY file_category.created_at ${direction}, id ${direction} LIMIT $2 OFFSET $3`,
});
const listOldestStatement = listStatement('ASC');
const listNewestStatement = listStatement('DESC');

const countStatement: Statement = {
  name: 'file-category-count',
  text: `SELECT count(*)::int AS count FROM file_category WHERE tenant_id = $1`,
};

const renameStatement: Statement = {
  name: 'file-category-rename',
  text: `
    UPDATE file_category SET name = $3, updated_at = now() WHERE id = $2 AND tenant_id = $1
    RETURNING ${categoryColumns}`,
};

const deleteStatement: Statement = {
  name: 'file-category-delete',
  text: `DELETE FROM file_category WHERE id = $2 AND tenant_id = $1 RETURNING id`,
};
