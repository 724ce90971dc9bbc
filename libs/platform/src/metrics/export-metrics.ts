import { defineCounter, defineHistogram } from './registry.js';

export const exportDurationSeconds = defineHistogram({
  name: 'export_duration_seconds',
  help: 'Time from the acceptance of an export to its end.',
  labels: ['container', 'outcome'],
  buckets: [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600],
});

/** `result`: `met` or `missed`. */
export const exportSloTotal = defineCounter({
  name: 'export_slo_total',
  help: 'Exports that ended, by whether they kept the promised time.',
  labels: ['result'],
});
