export * from './export/export-result.js';
export * from './export/export-state.js';
export * from './tenant/tenant.js';
