import type { ErrorCode } from '@clipfleet/contracts';
import type { ExportResult, ExportState } from '@clipfleet/ledger';
import type { Edit, ObjectRef, Output } from '@clipfleet/timeline';

/** Caller facts that are kept beside the export and told back, never interpreted (user id, service caller, file name …). */
export type ExportRequestFacts = Record<string, unknown>;

export interface SubmitInput {
  tenantId: string;
  /** sha256 hex over the canonical (tenant, edit, output): the identity of a job. */
  fingerprint: string;
  edit: Edit;
  output: Output;
  request: ExportRequestFacts;
  /** Among the exports of the tenant: the higher goes first. Default 0. */
  priority?: number;
  /** Native API: the same key finds the same export; another body under it is refused. */
  idempotencyKey?: string;
  /** W3C trace context of the request. */
  traceParent?: string;
}

export interface ExportProgress {
  /** Source bytes read or copied so far, as finished tasks and live reports tell. */
  doneBytes: number;
  /** 0 until the plan is known. */
  totalBytes: number;
  /** 0 … 1 */
  ratio: number;
}

export interface ExportView {
  id: string;
  fingerprint: string;
  state: ExportState;
  errorCode?: ErrorCode;
  errorMessage?: string;
  errorDetails?: Record<string, unknown>;
  destination: ObjectRef;
  /** Keys written beside the destination (the `.m3u8` of a playlist-json). */
  sidecarKeys?: string[];
  container: Output['container'];
  request: ExportRequestFacts;
  progress: ExportProgress;
  /** When to ask again; 0 once the export has ended. */
  retryAfterMs: number;
  result?: ExportResult;
  /** When the output is removed; absent: it stays. */
  expiresAtMs?: number;
  /** How long the output is still there. 0: it has expired. */
  leftMs?: number;
  generation: number;
  createdAtMs: number;
  completedAtMs?: number;
}

export interface ListQuery {
  /** 1 … 100 */
  limit: number;
  cursor?: string;
  state?: ExportState;
}

export interface ExportPage {
  items: ExportView[];
  nextCursor?: string;
}

/** All that an HTTP API may do with exports. Also the injection token. */
export abstract class ExportService {
  /**
   * Creates the export or finds the one of this fingerprint: repeated calls are the poll.
   * `overwrite: false` and an object is there: a completed view without a job (its `id` is the nil UUID).
   * Throws `too-many-exports`, `bad-parameter` (idempotency key used with another body).
   */
  abstract submit(input: SubmitInput): Promise<ExportView>;
  /** What {@link submit} would find, if it is in memory. */
  abstract recall(tenantId: string, fingerprint: string): ExportView | undefined;
  /** undefined: the tenant has no such export. */
  abstract get(tenantId: string, id: string): Promise<ExportView | undefined>;
  /** Newest first. Throws `bad-parameter` for a cursor that is none. */
  abstract list(tenantId: string, query: ListQuery): Promise<ExportPage>;
  /** Cancels what has not ended, returns the export as it is then; undefined: the tenant has no such export. */
  abstract cancel(tenantId: string, id: string): Promise<ExportView | undefined>;
  /** The export now, then at every change, until it has ended (the last view) or the iterator is returned. Empty: no such export. */
  abstract watch(tenantId: string, id: string): AsyncIterable<ExportView>;
}

export { admit, hashToken, TenantService } from '../tenants/tenant-service.js';
