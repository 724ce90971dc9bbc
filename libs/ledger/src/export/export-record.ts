import type { ErrorCode } from '@clipfleet/contracts';
import type { Coverage, Edit, ObjectRef, Output, Plan, PlanWarning } from '@clipfleet/timeline';
import type { ExportResult } from './export-result.js';
import type { ExportState } from './export-state.js';

/** The plan without its tasks: those are rows of their own. */
export type PlanSummary = Omit<Plan, 'tasks'>;

/** One row of `export`, times in epoch ms. Null where SQL has null. */
export interface ExportRecord {
  id: string;
  tenantId: string;
  fingerprint: string;
  idempotencyKey: string | null;
  state: ExportState;
  /** Counts up when the work is started anew: messages of an older one change nothing. */
  generation: number;
  priority: number;
  edit: Edit;
  output: Output;
  request: Record<string, unknown>;
  traceParent: string | null;
  destination: ObjectRef;
  plan: PlanSummary | null;
  /** The multipart upload that becomes the output. Null: no plan yet, or an output without one. */
  uploadId: string | null;
  /** The part list as it is sent to the store, kept when it cannot be made again from the tasks' results alone. */
  assembly: Assembly | null;
  tasksTotal: number;
  tasksDone: number;
  bytesTotal: number;
  bytesDone: number;
  result: ExportResult | null;
  errorCode: ErrorCode | null;
  errorMessage: string | null;
  errorDetails: Record<string, unknown> | null;
  acceptedAtMs: number;
  plannedAtMs: number | null;
  /** Of a recording that grew: when the last of it was planned. Null: all was there with the first plan. */
  grownAtMs: number | null;
  startedAtMs: number | null;
  endedAtMs: number | null;
  updatedAtMs: number;
  /** Until then an ended export is the answer to a repeated request. */
  validUntilMs: number | null;
  /** From then on its output is gone, or about to be. Null: it has not completed, or its output stays. */
  expiresAtMs: number | null;
}

/** What its tenant may be told of an export. Plan and part list stay behind: those of a long recording have megabytes. */
export interface ExportStatus extends Pick<
  ExportRecord,
  | 'id'
  | 'tenantId'
  | 'fingerprint'
  | 'state'
  | 'generation'
  | 'output'
  | 'request'
  | 'destination'
  | 'bytesTotal'
  | 'bytesDone'
  | 'result'
  | 'errorCode'
  | 'errorMessage'
  | 'errorDetails'
  | 'acceptedAtMs'
  | 'grownAtMs'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'updatedAtMs'
  | 'validUntilMs'
  | 'expiresAtMs'
> {
  /** Of a recording that still grows: what is planned of it. */
  growingCoverage: Coverage | null;
  /** The ledger's clock when this was read. */
  readAtMs: number;
}

export interface AssembledPart {
  partNumber: number;
  etag: string;
  sizeBytes: number;
}

export interface Assembly {
  parts: AssembledPart[];
  sizeBytes: number;
  /** Of the object, where something is made after it: what tells that it is ours. */
  etag?: string;
  /** What making it found, told with the result. */
  warnings?: PlanWarning[];
}

const ms = (column: string, name: string): string =>
  `(extract(epoch FROM export.${column}) * 1000)::float8 AS "${name}"`;

/** The first plan sets both. */
const grownAtMs =
  'CASE WHEN export.planned_at > export.started_at THEN (extract(epoch FROM export.planned_at) * 1000)::float8 END AS "grownAtMs"';

const destination = `jsonb_build_object('storeId', export.store_id, 'bucket', export.bucket, 'key', export.key) AS destination`;
const outcome = `
  export.result, export.error_code AS "errorCode", export.error_message AS "errorMessage",
  export.error_details AS "errorDetails"`;
const bytes = 'export.bytes_total::float8 AS "bytesTotal", export.bytes_done::float8 AS "bytesDone"';

/** The select list that makes an {@link ExportRecord}. */
export const exportColumns = `
  export.id, export.tenant_id AS "tenantId", export.fingerprint, export.idempotency_key AS "idempotencyKey",
  export.state, export.generation, export.priority, export.edit, export.output, export.request,
  export.trace_parent AS "traceParent", ${destination},
  export.plan, export.upload_id AS "uploadId", export.assembly,
  export.tasks_total AS "tasksTotal", export.tasks_done AS "tasksDone", ${bytes}, ${outcome},
  ${ms('accepted_at', 'acceptedAtMs')}, ${ms('planned_at', 'plannedAtMs')}, ${ms('started_at', 'startedAtMs')},
  ${ms('ended_at', 'endedAtMs')}, ${ms('updated_at', 'updatedAtMs')}, ${ms('valid_until', 'validUntilMs')},
  ${ms('expires_at', 'expiresAtMs')}, ${grownAtMs}`;

export const transactionTimeMs = '(extract(epoch FROM now()) * 1000)::float8';

const statusColumnsWith = (given: string): string => `
  export.id, export.tenant_id AS "tenantId", export.fingerprint, export.state, export.generation, ${given}, ${bytes}, ${outcome},
  ${ms('accepted_at', 'acceptedAtMs')}, ${ms('started_at', 'startedAtMs')}, ${ms('ended_at', 'endedAtMs')},
  ${ms('updated_at', 'updatedAtMs')}, ${ms('valid_until', 'validUntilMs')}, ${ms('expires_at', 'expiresAtMs')},
  ${grownAtMs}, CASE WHEN export.grows THEN export.plan->'coverage' END AS "growingCoverage",
  ${transactionTimeMs} AS "readAtMs"`;

/** The select list that makes an {@link ExportStatus}. */
export const statusColumns = statusColumnsWith(`export.output, export.request, ${destination}`);

/** The same of a row that was written just now: whoever gave its documents need not be sent them back. */
export const newStatusColumns = statusColumnsWith(
  'NULL::jsonb AS output, NULL::jsonb AS request, NULL::jsonb AS destination',
);

/** What a row that was written at `nowMs` has besides what was given: the defaults of its columns. */
export const newStatus = (
  given: Pick<ExportStatus, 'id' | 'tenantId' | 'fingerprint' | 'output' | 'request' | 'destination'>,
  nowMs: number,
): ExportStatus => ({
  id: given.id,
  tenantId: given.tenantId,
  fingerprint: given.fingerprint,
  state: 'queued',
  generation: 1,
  output: given.output,
  request: given.request,
  destination: given.destination,
  bytesTotal: 0,
  bytesDone: 0,
  result: null,
  errorCode: null,
  errorMessage: null,
  errorDetails: null,
  acceptedAtMs: nowMs,
  startedAtMs: null,
  grownAtMs: null,
  endedAtMs: null,
  updatedAtMs: nowMs,
  validUntilMs: null,
  expiresAtMs: null,
  growingCoverage: null,
  readAtMs: nowMs,
});
