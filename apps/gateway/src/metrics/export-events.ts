import type { ChangedExport } from '../exports/changed-export.js';
import { defineEvent, exportDurationSeconds, exportSloTotal, type Logger } from '@clipfleet/platform';

interface EndedFields {
  exportId: string;
  tenantId: string;
  container: string;
  outcome: string;
  durationMs: number;
  generation: number;
  sloMet: boolean;
  storeCopyBytes: number;
  workerBytes: number;
  [field: string]: string | number | boolean;
}

const observe = (fields: EndedFields): void => {
  exportDurationSeconds.observe({ container: fields.container, outcome: fields.outcome }, fields.durationMs / 1000);
  if (fields.outcome !== 'cancelled') exportSloTotal.inc({ result: fields.sloMet ? 'met' : 'missed' });
};

const completed = defineEvent<EndedFields>({ name: 'export.completed', observe });
const cancelled = defineEvent<EndedFields>({ name: 'export.cancelled', observe });
const failed = defineEvent<EndedFields & { errorCode: string; errorMessage: string }>({
  name: 'export.failed',
  level: 'warn',
  observe,
});

/** Once for each export, by the gateway whose statement ended it. */
export const tellEnded = (logger: Logger, record: ChangedExport, sloMs: number): void => {
  const durationMs = Math.round((record.endedAtMs ?? record.updatedAtMs) - record.acceptedAtMs);
  const fields: EndedFields = {
    exportId: record.id,
    tenantId: record.tenantId,
    container: record.output.container,
    outcome: record.state,
    durationMs,
    generation: record.generation,
    sloMet: record.state === 'completed' && durationMs <= sloMs,
    storeCopyBytes: record.result?.storeCopyBytes ?? 0,
    workerBytes: record.result?.workerBytes ?? 0,
  };
  if (record.state === 'completed') completed(logger, fields);
  else if (record.state === 'cancelled') cancelled(logger, fields);
  else failed(logger, { ...fields, errorCode: record.errorCode ?? '', errorMessage: record.errorMessage ?? '' });
};
