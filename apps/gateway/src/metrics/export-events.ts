import type { ChangedExport } from '../exports/changed-export.js';
import {
  defineEvent,
  exportDurationSeconds,
  exportsAcceptedTotal,
  exportSloTotal,
  type Logger,
  tenantKindLabel,
} from '@clipfleet/platform';
import { isPromiseKept, type PromisedTimes } from './export-promise.js';

/** Of a tenant that could not be asked for. */
export const UNKNOWN_KIND = 'unknown';

interface EndedFields {
  exportId: string;
  tenantId: string;
  tenantKind: string;
  container: string;
  outcome: string;
  durationMs: number;
  generation: number;
  /** Absent: it says nothing of the fleet. */
  sloMet?: boolean;
  storeCopyBytes: number;
  workerBytes: number;
  [field: string]: string | number | boolean | undefined;
}

const observe = ({ tenantKind, container, outcome, durationMs, sloMet }: EndedFields): void => {
  const tenant_kind = tenantKindLabel(tenantKind);
  exportDurationSeconds.observe({ tenant_kind, container, outcome }, durationMs / 1000);
  if (sloMet !== undefined) exportSloTotal.inc({ tenant_kind, result: sloMet ? 'met' : 'missed' });
};

const completed = defineEvent<EndedFields>({ name: 'export.completed', observe });
const cancelled = defineEvent<EndedFields>({ name: 'export.cancelled', observe });
const failed = defineEvent<EndedFields & { errorCode: string; errorMessage: string }>({
  name: 'export.failed',
  level: 'warn',
  observe,
});

/** Once for each new export, by the gateway that took it. */
export const countAccepted = (tenantKind: string): void => {
  const tenant_kind = tenantKindLabel(tenantKind);
  exportsAcceptedTotal.inc({ tenant_kind });
  // there before the first of this kind ends: of a counter whose first value is 1 nobody can tell that it has grown
  for (const result of ['met', 'missed']) exportSloTotal.inc({ tenant_kind, result }, 0);
};

/** Once for each export, by the gateway whose statement ended it. */
export const tellEnded = (logger: Logger, record: ChangedExport, tenantKind: string, times: PromisedTimes): void => {
  const durationMs = Math.round((record.endedAtMs ?? record.updatedAtMs) - record.acceptedAtMs);
  const sloMet = isPromiseKept(record, times);
  const fields: EndedFields = {
    exportId: record.id,
    tenantId: record.tenantId,
    tenantKind,
    container: record.output.container,
    outcome: record.state,
    durationMs,
    generation: record.generation,
    ...(sloMet !== undefined && { sloMet }),
    storeCopyBytes: record.result?.storeCopyBytes ?? 0,
    workerBytes: record.result?.workerBytes ?? 0,
  };
  if (record.state === 'completed') completed(logger, fields);
  else if (record.state === 'cancelled') cancelled(logger, fields);
  else failed(logger, { ...fields, errorCode: record.errorCode ?? '', errorMessage: record.errorMessage ?? '' });
};
