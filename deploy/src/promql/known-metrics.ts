import { messageTable } from '@clipfleet/jetstream';
import { metricsRegistry } from '@clipfleet/platform';
import { readExpression, type Selector } from './expression.js';

/** Labels of the series that Prometheus sees, by their names. */
export type KnownMetrics = ReadonlyMap<string, readonly string[]>;

/** What Prometheus adds to each series of a target, and the relabelling of k8s/components/monitoring. */
export const TARGET_LABELS = ['app', 'cluster', 'instance', 'job', 'namespace', 'pod', 'node', 'endpoint'];

/** What Prometheus itself tells. */
const FOREIGN: KnownMetrics = new Map([['up', []]]);

interface RegisteredMetric {
  name: string;
  type: string;
  labelNames: string[];
}

/** The metrics that the code defines, as they are scraped. */
export const metricsOfCode = (): KnownMetrics => {
  const registered = metricsRegistry.getMetricsAsArray() as unknown as RegisteredMetric[];
  return new Map(registered.flatMap(seriesOf));
};

const seriesOf = ({ name, type, labelNames }: RegisteredMetric): [string, string[]][] => {
  if (type !== 'histogram') return [[name, labelNames]];
  return [
    [`${name}_bucket`, [...labelNames, 'le']],
    [`${name}_sum`, labelNames],
    [`${name}_count`, labelNames],
  ];
};

const KINDS = new Set(messageTable.map(({ durable }) => durable));

/** What an expression speaks of and nobody tells. `recorded`: the names that recording rules make, with their labels. */
export const expressionProblems = (text: string, known: KnownMetrics, recorded: KnownMetrics = new Map()): string[] => {
  try {
    const { selectors, groupings } = readExpression(text);
    const all = new Map([...known, ...FOREIGN, ...recorded]);
    const labels = new Set([...TARGET_LABELS, 'le', ...selectors.flatMap(({ metric }) => all.get(metric) ?? [])]);
    return [
      ...selectors.flatMap((selector) => selectorProblems(selector, all.get(selector.metric))),
      ...groupings.filter((label) => !labels.has(label)).map((label) => `no series here has a label ${label}: ${text}`),
    ];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
};

const selectorProblems = ({ metric, labels }: Selector, labelNames: readonly string[] | undefined): string[] => {
  if (!labelNames) return [`no metric is called ${metric}`];
  const unknown = [...labels.keys()].filter((label) => !labelNames.includes(label) && !TARGET_LABELS.includes(label));
  const kind = labels.get('kind');
  return [
    ...unknown.map((label) => `${metric} has no label ${label}`),
    ...wholeBoundProblems(labels.get('le')),
    ...(kind !== undefined && !kind.startsWith('$') && !KINDS.has(kind) ? [`no work is of kind ${kind}`] : []),
  ];
};

/** Prometheus 2 keeps a whole bound as it is written, `300`; Prometheus 3 makes a float of it. Only a pattern finds both. */
const wholeBoundProblems = (le: string | undefined): string[] => {
  const [, whole] = /^(\d+)(?:\.0)?$/.exec(le ?? '') ?? [];
  return whole === undefined ? [] : [`le="${whole}" is le="${whole}.0" to Prometheus 3: le=~"${whole}([.]0)?"`];
};
