import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

export const OPEN_METRICS_TYPE = 'application/openmetrics-text';
const VERSION = '1.0.0';

/** RFC 9110 §12.5.1, as far as a scraper goes: who names the format takes it, unless with `q=0` or only in another version. */
export const acceptsOpenMetrics = (accept: string | undefined): boolean =>
  (accept ?? '').split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (type !== OPEN_METRICS_TYPE) return false;
    const valueOf = (name: string): string | undefined =>
      parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
    return (valueOf('version') ?? VERSION) === VERSION && Number(valueOf('q') ?? 1) > 0;
  });

export const openMetricsContentType = `${OPEN_METRICS_TYPE}; version=${VERSION}; charset=utf-8`;

export interface Exemplar {
  labelSet: Record<string, string>;
  value: number;
  /** Epoch seconds. */
  timestamp: number;
}
export type ExemplifiedValue = MetricValue<string> & { metricName?: string; exemplar?: Exemplar };
type Metric = Omit<MetricObjectWithValues<ExemplifiedValue>, 'type'> & { type: string };

/**
 * The registry in OpenMetrics 1.0, which alone has exemplars, with the series of the text format by name. Not prom-client's
 * own: that one takes the `_total` off the counters of the registry for good, and puts one on those that have none.
 */
export const renderOpenMetrics = async (registry: Registry): Promise<string> => {
  const metrics = (await registry.getMetricsAsJSON()) as unknown as Metric[];
  return [...metrics.flatMap(family), '# EOF', ''].join('\n');
};

const family = ({ name, help, type, values }: Metric): string[] => {
  // §"Counter": a counter's sample ends with _total, its family does not; what is no counter by name is told as it is
  const isCounter = type === 'counter' && name.endsWith('_total');
  const familyName = isCounter ? name.slice(0, -'_total'.length) : name;
  return [
    `# TYPE ${familyName} ${type === 'counter' && !isCounter ? 'unknown' : type}`,
    `# HELP ${familyName} ${escaped(help)}`,
    ...values.map((value) => sample(name, value)),
  ];
};

const sample = (name: string, { metricName = name, labels, value, exemplar }: ExemplifiedValue): string =>
  `${metricName}${braces(labels)} ${number(value)}${exemplar ? exemplarOf(exemplar) : ''}`;

const exemplarOf = ({ labelSet, value, timestamp }: Exemplar): string =>
  ` # ${braces(labelSet) || '{}'} ${number(value)} ${timestamp}`;

const braces = (labels: Partial<Record<string, string | number>>): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

/** §"Escaping" */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const number = (value: number): string =>
  Number.isFinite(value) || Number.isNaN(value) ? String(value) : `${value < 0 ? '-' : '+'}Inf`;
