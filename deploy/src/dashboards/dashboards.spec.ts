import { describe, expect, it } from '@jest/globals';
import { metricsOfCode } from '../promql/known-metrics.js';
import { recordedMetrics } from '../rules/rules.js';
import { readExpression } from '../promql/expression.js';
import { buildDashboard } from './dashboard-file.js';
import { dashboardProblems, dashboards } from './dashboards.js';

const panels = dashboards.flatMap(({ uid, rows }) =>
  rows.flatMap((row) => row.panels.map((panel) => ({ uid, ...panel }))),
);

describe('the dashboards', () => {
  it('ask for what is told', () => {
    expect(dashboardProblems(metricsOfCode())).toEqual([]);
  });

  it('are found wrong when a metric is gone', () => {
    const without = new Map([...metricsOfCode()].filter(([name]) => name !== 'clipfleet_outbox_pending'));
    expect(dashboardProblems(without)).toEqual([
      'clipfleet-dependencies, panel Outbox: no metric is called clipfleet_outbox_pending',
    ]);
  });

  it('have one name for each panel, and say what one reads from it', () => {
    for (const { rows } of dashboards) {
      const titles = rows.flatMap((row) => row.panels.map(({ title }) => title));
      expect(new Set(titles).size).toBe(titles.length);
    }
    expect(panels.filter(({ description, queries }) => description === '' || queries.length === 0)).toEqual([]);
  });

  it('show what the fleet itself tells, so that they are the same without Kubernetes', () => {
    const ours = (metric: string) => metricsOfCode().has(metric) || recordedMetrics.has(metric);
    const usesOthers = panels.filter(({ queries }) =>
      queries.some(({ expr }) => readExpression(expr).selectors.some(({ metric }) => !ours(metric))),
    );
    expect(usesOthers.map(({ title }) => title)).toEqual([]);
  });

  it('use the kind of work, and of tenants, only where it can be chosen', () => {
    for (const { hasKinds, hasTenantKinds, rows } of dashboards) {
      const text = JSON.stringify(rows);
      expect([text.includes('$kind'), text.includes('$tenant_kind')]).toEqual([
        hasKinds === true,
        hasTenantKinds === true,
      ]);
    }
  });

  it('let one choose the kind of tenants for whatever is told by it, in the overview and of exports', () => {
    const told = dashboards
      .filter(({ hasTenantKinds }) => hasTenantKinds)
      .flatMap(({ rows }) => rows.flatMap((row) => row.panels.flatMap(({ queries }) => queries)));
    const selectors = told.flatMap(({ expr }) => readExpression(expr).selectors);
    const ofTenants = selectors.filter(({ metric }) => metricsOfCode().get(metric)?.includes('tenant_kind'));
    // where the time goes is told for all: tasks have no tenant
    const narrowed = ofTenants.filter(({ labels }) => labels.has('tenant_kind'));
    expect(ofTenants.length - narrowed.length).toBe(1);
    expect(narrowed.length).toBeGreaterThan(8);
  });
});

describe('a dashboard for Grafana', () => {
  it('narrows every query to the chosen clusters, and lets Grafana choose the interval', () => {
    for (const spec of dashboards) {
      const text = JSON.stringify(buildDashboard(spec));
      expect(text).not.toContain('[5m]');
      const expressions = [...text.matchAll(/"expr":"((?:[^"\\]|\\.)*)"/g)].map(([, expr]) => expr);
      expect(expressions.length).toBe(spec.rows.flatMap((row) => row.panels.flatMap(({ queries }) => queries)).length);
      expect(expressions.filter((expr) => !expr.includes('cluster=~\\"$cluster\\"'))).toEqual([]);
    }
  });

  it('has a place for each panel, none over another', () => {
    for (const spec of dashboards) {
      const places = (buildDashboard(spec).panels ?? []).map(({ gridPos }) => gridPos!);
      for (const [n, a] of places.entries()) {
        const over = places.filter(
          (b, m) => m !== n && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
        );
        expect(over).toEqual([]);
      }
    }
  });
});
