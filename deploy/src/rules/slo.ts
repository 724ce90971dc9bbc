import type { AlertRule, RecordingRule } from './rule.js';

/**
 * Of the exports that end, this part is completed in its time (CLIPFLEET_EXPORT_SLO_*). A failed export has missed it; one that was
 * cancelled, or failed for what was asked, does not count.
 */
export const SLO_OBJECTIVE = 0.99;
const BUDGET = Math.round((1 - SLO_OBJECTIVE) * 1e6) / 1e6;

const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;
type Window = (typeof WINDOWS)[number];

const missedRatio = (window: Window): string => `clipfleet:export_slo_missed:ratio_rate${window}`;

export const sloRecordings: readonly RecordingRule[] = WINDOWS.map((window) => ({
  record: missedRatio(window),
  expr:
    `sum by (cluster) (rate(clipfleet_export_slo_total{result="missed"}[${window}]))` +
    ` / sum by (cluster) (rate(clipfleet_export_slo_total[${window}]))`,
  by: [],
}));

interface Burn {
  alert: string;
  /** How many times faster than the budget allows for 30 days. */
  factor: number;
  long: Window;
  /** Ends the alert soon after the cause has ended. */
  short: Window;
  for: string;
  severity: AlertRule['severity'];
  budgetUsed: string;
}

/** Google SRE workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts", table 5-8. */
const BURNS: readonly Burn[] = [
  {
    ...{ alert: 'ClipfleetSloBurnsFast', factor: 14.4, long: '1h', short: '5m', for: '2m' },
    ...{ severity: 'page', budgetUsed: '2 % of a month in an hour' },
  },
  {
    ...{ alert: 'ClipfleetSloBurns', factor: 6, long: '6h', short: '30m', for: '15m' },
    ...{ severity: 'page', budgetUsed: '5 % of a month in six hours' },
  },
  {
    ...{ alert: 'ClipfleetSloBurnsSlowly', factor: 3, long: '1d', short: '2h', for: '1h' },
    ...{ severity: 'ticket', budgetUsed: '10 % of a month in a day' },
  },
  {
    ...{ alert: 'ClipfleetSloIsUsedUp', factor: 1, long: '3d', short: '6h', for: '3h' },
    ...{ severity: 'ticket', budgetUsed: '10 % of a month in three days' },
  },
];

export const sloAlerts: readonly AlertRule[] = BURNS.map(({ factor, long, short, budgetUsed, ...rest }) => {
  const limit = Math.round(factor * BUDGET * 1e6) / 1e6;
  return {
    ...{ alert: rest.alert, for: rest.for, severity: rest.severity },
    expr: `${missedRatio(long)} > ${limit} and ${missedRatio(short)} > ${limit}`,
    summary: `Exports miss their promised time ${factor} times as often as allowed`,
    description: `{{ $value | humanizePercentage }} of the exports of the last ${long} failed or took too long: ${budgetUsed}.`,
  };
});
