import type { ExportResource } from '@clipfleet/contracts';
import type { ExportView } from '../../exports/export-service.js';

/** What the native API shows of an export; addresses of files are added where they are asked for. */
export const toResource = (view: ExportView): ExportResource => ({
  id: view.id,
  state: view.state,
  generation: view.generation,
  fingerprint: view.fingerprint,
  container: view.container,
  destination: view.destination,
  progress: view.progress,
  retryAfterMs: view.retryAfterMs,
  ...(view.errorCode !== undefined && {
    error: { code: view.errorCode, message: view.errorMessage ?? '', details: view.errorDetails ?? {} },
  }),
  ...(view.result !== undefined && { result: view.result }),
  ...(view.expiresAtMs !== undefined && { expiresAtMs: view.expiresAtMs }),
  createdAtMs: view.createdAtMs,
  ...(view.completedAtMs !== undefined && { completedAtMs: view.completedAtMs }),
});
