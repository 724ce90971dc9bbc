export * from './database/ledger-database.js';
export * from './database/run-migrations.js';
export * from './database/schema-dump.js';
export * from './export/export-result.js';
export * from './export/export-state.js';
export * from './tenant/tenant.js';
export { sha256, seedTenant, TenantRepository, type TenantSeed } from './tenant/tenant.repository.js';
