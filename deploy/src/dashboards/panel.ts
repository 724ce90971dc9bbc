export type Unit = 's' | 'bytes' | 'Bps' | 'percentunit' | 'reqps' | 'ops' | 'short' | 'x';

export interface Query {
  /** PromQL. `[5m]` becomes Grafana's own interval, and every selector is narrowed to the chosen cluster. */
  expr: string;
  /** `{{label}}` of its series. */
  legend: string;
}

export interface Panel {
  title: string;
  /** What one reads from it. */
  description: string;
  unit: Unit;
  /** A number instead of a curve. */
  isStat?: boolean;
  /** Areas on top of each other: parts of a whole. */
  isStacked?: boolean;
  queries: readonly Query[];
}

export interface Row {
  title: string;
  panels: readonly Panel[];
}

export interface DashboardSpec {
  uid: string;
  title: string;
  description: string;
  /** Lets one choose kinds of work: the queries use `$kind`. */
  hasKinds?: boolean;
  /** Lets one choose kinds of tenants: the queries use `$tenant_kind`. */
  hasTenantKinds?: boolean;
  rows: readonly Row[];
}

/** Of the exports of the chosen kinds of tenants. */
export const ofTenants = (...matchers: readonly string[]): string =>
  `{${['tenant_kind=~"$tenant_kind"', ...matchers].join(', ')}}`;

/** The quantile of a histogram of ours, by labels. */
export const quantile = (q: number, metric: string, by: readonly string[], matchers = ''): string =>
  `histogram_quantile(${q}, sum by (${['cluster', ...by, 'le'].join(', ')}) (rate(${metric}_bucket${matchers}[5m])))`;

/** Sum over count: the mean of a histogram of ours, by labels. */
export const mean = (metric: string, by: readonly string[], matchers = ''): string => {
  const labels = ['cluster', ...by].join(', ');
  const part = (suffix: string): string => `sum by (${labels}) (rate(${metric}_${suffix}${matchers}[5m]))`;
  return `${part('sum')} / ${part('count')}`;
};
