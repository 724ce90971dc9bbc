import { collectDefaultMetrics, Counter, Gauge, type Histogram, Registry } from 'prom-client';
import { TracedHistogram } from './traced-histogram.js';

/** All metrics of this process. Every name begins with `clipfleet_`, save the runtime's own (`process_…`, `nodejs_…`). */
export const metricsRegistry = new Registry();

/** Its own default of 10 ms wakes a process that has nothing to do a hundred times a second: most of what an idle one costs. */
const EVENT_LOOP_PRECISION_MS = 100;

collectDefaultMetrics({ register: metricsRegistry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });

interface Named<L extends string> {
  /** Without the prefix. Base units: `_seconds`, `_bytes`. */
  name: string;
  help: string;
  /** Few values each: kinds and outcomes, never ids. */
  labels: readonly L[];
}

const prefixed = <L extends string>({ name, help, labels }: Named<L>) => ({
  name: `clipfleet_${name}`,
  help,
  labelNames: [...labels],
  registers: [metricsRegistry],
});

export const defineCounter = <L extends string>(named: Named<L>): Counter<L> => new Counter(prefixed(named));
export const defineGauge = <L extends string>(named: Named<L>): Gauge<L> => new Gauge(prefixed(named));

export type { Gauge };

/** No series any more, until it is set again: what is not known is not told. */
export const forgetGauge = (gauge: Gauge): void => {
  gauge.reset();
  // of one without labels a reset makes 0
  if (namesOf(gauge).length === 0) gauge.remove();
};
const namesOf = (metric: Gauge): string[] => (metric as unknown as { labelNames: string[] }).labelNames;

export const defineHistogram = <L extends string>(named: Named<L> & { buckets: readonly number[] }): Histogram<L> =>
  new TracedHistogram({ ...prefixed(named), buckets: [...named.buckets] });
