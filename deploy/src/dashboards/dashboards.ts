import { expressionProblems, type KnownMetrics } from '../promql/known-metrics.js';
import { recordedMetrics } from '../rules/rules.js';
import { dependenciesDashboard } from './dependencies.js';
import { exportDashboard } from './export.js';
import { overviewDashboard } from './overview.js';
import type { DashboardSpec } from './panel.js';
import { workersDashboard } from './workers.js';

export const dashboards: readonly DashboardSpec[] = [
  overviewDashboard,
  exportDashboard,
  workersDashboard,
  dependenciesDashboard,
];

/** Panels that ask for what nobody tells. */
export const dashboardProblems = (known: KnownMetrics): string[] =>
  dashboards.flatMap(({ uid, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, queries }) =>
        queries
          .flatMap(({ expr }) => expressionProblems(expr, known, recordedMetrics))
          .map((problem) => `${uid}, panel ${title}: ${problem}`),
      ),
    ),
  );
