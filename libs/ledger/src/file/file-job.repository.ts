import { oneFieldError } from '@clipfleet/contracts';
import type { LedgerDatabase } from '../database/ledger-database.js';
import type { ExportStatus } from '../export/export-record.js';
import { ExportRepository, type NewExport } from '../export/export.repository.js';
import type { FileRecord } from './file-record.js';
import { insertFile, type NewFile } from './file.repository.js';
import * as sql from './file.statements.js';

export interface FileJob {
  export: NewExport;
  /** What the export makes. */
  file: NewFile & { id: string };
  /** Files that it reads: their objects stay until it has ended. */
  reads: { ids: readonly string[]; cdnPaths: readonly string[] };
}

/** Exports that make a file: both are there, or neither. */
export class FileJobRepository {
  private readonly exports: ExportRepository;

  constructor(private readonly database: LedgerDatabase) {
    this.exports = new ExportRepository(database);
  }

  /** Throws `bad-parameter` for a category that is not the tenant's, `too-many-exports`. */
  create(job: FileJob): Promise<{ file: FileRecord; export: ExportStatus; isHeld: boolean }> {
    const { file, reads } = job;
    return this.database.transaction(async (runner) => {
      const { export: record, isHeld } = await this.exports.createOrFind(job.export, runner);
      const made = await insertFile(runner, { ...file, exportId: record.id });
      if (!made) throw oneFieldError('category_id', 'is no category of yours');
      await runner.query(sql.use, [record.id, file.tenantId, [file.id, ...reads.ids], reads.cdnPaths]);
      return { file: made, export: record, isHeld };
    });
  }
}
