export {
  LedgerDatabase,
  type LedgerDatabaseOptions,
  type OnWarning,
  type SqlRunner,
  type Statement,
} from './database/ledger-database.js';
export * from './database/run-migrations.js';
export * from './database/schema-dump.js';
export { isRetryable } from './database/sql-states.js';
export { uuidV7 } from './database/uuid-v7.js';
export * from './dispatch/dispatch.repository.js';
export * from './export/export-record.js';
export * from './export/export-result.js';
export * from './export/export-state.js';
export * from './export/export.repository.js';
export { NewExports } from './export/new-exports.js';
export { fileId, randomCdnPath } from './file/file-id.js';
export type { FileCategory, FileMediaType, FileRecord, FileStatus } from './file/file-record.js';
export * from './file/file-category.repository.js';
export type { FilePage, FileQuery } from './file/file-listing.js';
export * from './file/file-job.repository.js';
export { type FileContent, type FileRemoval, FileRepository, type NewFile } from './file/file.repository.js';
export * from './outbox/outbox.repository.js';
export * from './output/output-removal.repository.js';
export type { RemovalOutcome, RemovalOutcomes } from './output/removal-outcomes.js';
export * from './server/ledger-server.repository.js';
export * from './sweep/sweep.repository.js';
export * from './tenant/tenant.js';
export * from './tenant/tenant-client.repository.js';
export { sha256, seedTenant, TenantRepository, type TenantSeed } from './tenant/tenant.repository.js';
export * from './upload/upload.repository.js';
export * from './run/work.repository.js';
export * from './run/backlog.repository.js';
export * from './run/returned-work.repository.js';
