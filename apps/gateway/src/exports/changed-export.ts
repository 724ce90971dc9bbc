import type { ExportRecord, ExportStatus } from '@clipfleet/ledger';

/** What a statement that changed an export returned of it. */
export type ChangedExport = Pick<ExportRecord, keyof ExportStatus & keyof ExportRecord>;
