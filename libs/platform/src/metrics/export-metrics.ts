import { defineCounter, defineGauge, defineHistogram } from './registry.js';

/** Each value is a time series for ever: more kinds of tenants than these are told as one. */
const MAX_TENANT_KINDS = 8;
const tenantKinds = new Set(['standard']);

export const tenantKindLabel = (kind: string): string => {
  if (tenantKinds.size < MAX_TENANT_KINDS) tenantKinds.add(kind);
  return tenantKinds.has(kind) ? kind : 'other';
};

export const exportsAcceptedTotal = defineCounter({
  name: 'exports_accepted_total',
  help: 'New exports.',
  labels: ['tenant_kind'],
});
exportsAcceptedTotal.inc({ tenant_kind: 'standard' }, 0);

export const exportDurationSeconds = defineHistogram({
  name: 'export_duration_seconds',
  help: 'Time from the acceptance of an export to its end.',
  labels: ['tenant_kind', 'container', 'outcome'],
  buckets: [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600],
});

/** `result`: `met` or `missed`. What fails for its request, its recording or its destination is neither. */
export const exportSloTotal = defineCounter({
  name: 'export_slo_total',
  help: 'Exports that ended, by whether they kept the promised time.',
  labels: ['tenant_kind', 'result'],
});

// there before the first export ends: of a counter whose first value is 1 nobody can tell that it has grown
for (const result of ['met', 'missed']) exportSloTotal.inc({ tenant_kind: 'standard', result }, 0);

/** Every gateway tells the same ledger: take the maximum, not the sum. */
export const exportsUnfinished = defineGauge({
  name: 'exports_unfinished',
  help: 'Exports that have not ended, by state.',
  labels: ['state'],
});

export const exportIdleSeconds = defineGauge({
  name: 'export_idle_seconds',
  help: 'Time since anything happened to the unfinished export that stands still the longest; 0 when there is none.',
  labels: [],
});

export const outboxPending = defineGauge({
  name: 'outbox_pending',
  help: 'Messages that may be published and are not yet.',
  labels: [],
});

export const redrivesTotal = defineCounter({
  name: 'redrives_total',
  help: 'Messages that the sweeper sent again because the stream had lost them.',
  labels: [],
});
