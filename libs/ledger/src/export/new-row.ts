import { keptOf, toJson } from '../database/json.js';
import { uuidV7 } from '../database/uuid-v7.js';
import type { ManyColumn } from './create-many.statements.js';
import type { ExportStatus } from './export-record.js';
import type { NewExport, PlainNewExport } from './export.repository.js';

/** The documents as the texts they are written as. */
export type NewRow = Record<ManyColumn, unknown> & { id: string; output: string; request: string };

export const rowOf = (input: NewExport, nowMs: number): NewRow => {
  const { destination } = input.output;
  return {
    id: uuidV7(nowMs),
    tenant_id: input.tenantId,
    fingerprint: input.fingerprint,
    edit: toJson(input.edit),
    output: toJson(input.output),
    request: toJson(input.request),
    trace_parent: input.traceParent ?? null,
    store_id: destination.storeId,
    bucket: destination.bucket,
    key: destination.key,
    priority: input.priority ?? 0,
    own_places: toJson(input.ownPlaces ?? []),
    expires_in_ms: input.expiresInMs ?? null,
  };
};

/** The parameters of the statement that makes one, or finds it. */
export const newExportValues = (input: NewExport, row: NewRow): unknown[] => {
  const { id, tenant_id, fingerprint, edit, output, request, trace_parent, store_id, bucket, key } = row;
  return [
    ...[id, tenant_id, fingerprint, input.idempotencyKey ?? null, edit, output, request, trace_parent],
    ...[store_id, bucket, key, row.priority, input.maxActiveExports ?? null, row.own_places],
    ...[input.maxRunningExports ?? null, row.expires_in_ms],
  ];
};

/** What the ledger keeps of the documents of a new export, and does not send back. */
export const givenBy = (
  { output, request }: PlainNewExport,
  row: NewRow,
): Pick<ExportStatus, 'output' | 'request' | 'destination'> => {
  const kept = keptOf(output, row.output);
  return { output: kept, request: keptOf(request, row.request), destination: kept.destination };
};
