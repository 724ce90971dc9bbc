import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { GraphDrawStyle, StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { inCluster } from '../promql/in-cluster.js';
import type { DashboardSpec, Panel, Query } from './panel.js';

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const STAT_SPAN = 6;
const CURVE_SPAN = 12;

/** A dashboard as Grafana reads it. */
export const buildDashboard = ({
  uid,
  title,
  description,
  hasKinds,
  hasTenantKinds,
  rows,
}: DashboardSpec): Dashboard => {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['clipfleet'])
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(labelVariable('cluster', 'Cluster', 'label_values(clipfleet_worker_slots, cluster)'));
  if (hasKinds)
    builder.withVariable(labelVariable('kind', 'Kind of work', 'label_values(clipfleet_worker_slots, kind)'));
  if (hasTenantKinds) {
    const query = 'label_values(clipfleet_exports_accepted_total, tenant_kind)';
    builder.withVariable(labelVariable('tenant_kind', 'Kind of tenant', query));
  }
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel.isStat ? statOf(panel) : curvesOf(panel));
  }
  return builder.build();
};

/** `.*` for all: series without the label are among them. */
const labelVariable = (name: string, label: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*');

const curvesOf = (panel: Panel): TimeseriesBuilder => {
  const builder = new TimeseriesBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(DATASOURCE)
    .unit(panel.unit)
    .min(0)
    .height(8)
    .span(CURVE_SPAN)
    .drawStyle(GraphDrawStyle.Line)
    .fillOpacity(panel.isStacked ? 40 : 0);
  if (panel.isStacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  panel.queries.forEach((query, n) => builder.withTarget(targetOf(query, n)));
  return builder;
};

const statOf = (panel: Panel): StatBuilder => {
  const builder = new StatBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(DATASOURCE)
    .unit(panel.unit)
    .height(4)
    .span(STAT_SPAN);
  panel.queries.forEach((query, n) => builder.withTarget(targetOf(query, n)));
  return builder;
};

const targetOf = ({ expr, legend }: Query, n: number): DataqueryBuilder =>
  new DataqueryBuilder()
    .refId(String.fromCodePoint('A'.codePointAt(0)! + n))
    .expr(inCluster(expr).replaceAll('[5m]', '[$__rate_interval]'))
    .legendFormat(legend)
    // the traces of what is measured, as points to click on
    .exemplar(expr.includes('_bucket'));
