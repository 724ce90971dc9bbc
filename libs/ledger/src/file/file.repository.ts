import type { ObjectRef } from '@clipfleet/timeline';
import type { LedgerDatabase, SqlRunner } from '../database/ledger-database.js';
import { fileId } from './file-id.js';
import { FileListing, type FilePage, type FileQuery } from './file-listing.js';
import type { FileCondition } from '@clipfleet/contracts';
import type { FileMediaType, FileRecord, FileStatus } from './file-record.js';
import { type DueQuery, removeEach, type RemovalOutcome, type RemovalOutcomes } from '../output/removal-outcomes.js';
import * as sql from './file.statements.js';

export interface NewFile {
  /** Undefined: a new one. */
  id?: string;
  tenantId: string;
  name: string;
  /** Below the tenant's address. A file that has it already is replaced. */
  cdnPath: string;
  /** Where its object lies or will lie. */
  at: ObjectRef;
  status: FileStatus;
  mediaType?: FileMediaType;
  mimeType?: string;
  sizeBytes?: number;
  categoryId?: string;
  /** The export that makes it. */
  exportId?: string;
  /** Its object belongs to somebody else, and stays when the file is deleted. */
  registered?: boolean;
}

const UNIQUE_VIOLATION = '23505';

/** What becomes known of a file that was announced. */
export interface FileContent {
  mediaType: FileMediaType;
  mimeType: string;
  sizeBytes: number;
}

/** An object whose file is deleted. */
export interface FileRemoval {
  fileId: string;
  at: ObjectRef;
}

/**
 * Stored files. Deleting one takes the row away and leaves an order to remove its object, in one statement: the object goes
 * when the store can be reached and no unfinished export reads it, however often that has to be tried.
 */
export class FileRepository {
  private readonly listing: FileListing;

  constructor(private readonly database: LedgerDatabase) {
    this.listing = new FileListing(database);
  }

  /** Undefined when the category is not one of the tenant's. */
  create(file: NewFile): Promise<FileRecord | undefined> {
    return insertFile(this.database, file);
  }

  /** The file of an object that lies elsewhere, made the first time it is asked for. Undefined as above. */
  async register(file: NewFile): Promise<FileRecord | undefined> {
    const { tenantId, at } = file;
    const place = [tenantId, at.storeId, at.bucket, at.key];
    const known = async (): Promise<FileRecord | undefined> =>
      (await this.database.query<FileRecord>(sql.findRegistered, place))[0];
    try {
      return (await known()) ?? (await insertFile(this.database, { ...file, registered: true }));
    } catch (error) {
      // somebody else registered it in this very moment
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return known();
      throw error;
    }
  }

  async get(tenantId: string, id: string): Promise<FileRecord | undefined> {
    return (await this.database.query<FileRecord>(sql.get, [tenantId, id]))[0];
  }

  /** By what its public address says. */
  async findByAddress(slug: string, cdnPath: string): Promise<FileRecord | undefined> {
    return (await this.database.query<FileRecord>(sql.findByAddress, [slug, cdnPath]))[0];
  }

  list(tenantId: string, query: FileQuery): Promise<FilePage> {
    return this.listing.page(tenantId, query);
  }

  count(tenantId: string, condition: FileCondition): Promise<number> {
    return this.listing.count(tenantId, condition);
  }

  /** pending, running → success. Undefined: it was deleted, or has ended. */
  async succeed(tenantId: string, id: string, content: FileContent): Promise<FileRecord | undefined> {
    const values = [tenantId, id, content.mediaType, content.mimeType, content.sizeBytes];
    return (await this.database.query<FileRecord>(sql.succeed, values))[0];
  }

  /** pending, running → failed. */
  async fail(tenantId: string, id: string, message: string): Promise<FileRecord | undefined> {
    return (await this.database.query<FileRecord>(sql.fail, [tenantId, id, message]))[0];
  }

  /** The ids that were the tenant's and are deleted; others are left out. */
  async delete(tenantId: string, ids: readonly string[]): Promise<string[]> {
    return (await this.database.query<{ id: string }>(sql.remove, [tenantId, ids])).map(({ id }) => id);
  }

  /**
   * Takes objects that are due to be removed and that no unfinished export reads, and has `remove` do it, all at once and in one
   * transaction. What it throws of one is told; that one is due again later. `isFull`: there may be more.
   */
  async removeDue(
    { limit, withoutStores = [] }: DueQuery,
    remove: (removal: FileRemoval) => Promise<RemovalOutcome>,
  ): Promise<RemovalOutcomes<FileRemoval> & { isFull: boolean }> {
    return this.database.transaction(async (statements) => {
      const due = await statements.query<FileRemoval>(sql.dueRemovals, [limit, withoutStores]);
      const outcomes = await removeEach(due, remove);
      const failed = outcomes.failed.map(({ one }) => one.fileId);
      const removed = outcomes.removed.map(({ fileId }) => fileId);
      if (failed.length > 0) await statements.query(sql.notRemoved, [failed]);
      if (removed.length > 0) await statements.query(sql.removed, [removed]);
      return { ...outcomes, isFull: due.length === limit };
    });
  }

  /** Deletes files whose content began to come and stopped; returns how many. */
  async deleteUnreceived(afterMs: number, limit: number): Promise<number> {
    return (await this.database.query(sql.removeUnreceived, [afterMs, limit])).length;
  }
}

/** Undefined when the category is not one of the tenant's. */
export const insertFile = async (runner: SqlRunner, file: NewFile): Promise<FileRecord | undefined> => {
  const { at, mediaType = 'other', mimeType = null, sizeBytes = 0 } = file;
  const values = [
    ...[file.id ?? fileId(Date.now()), file.tenantId, file.name, file.cdnPath, at.storeId, at.bucket, at.key],
    ...[mediaType, mimeType, sizeBytes, file.status, file.categoryId ?? null],
    ...[file.exportId ?? null, file.registered ?? false],
  ];
  return (await runner.query<FileRecord>(sql.create, values))[0];
};
