import { Histogram, type HistogramConfiguration, type LabelValues, type MetricObjectWithValues } from 'prom-client';
import { exemplarLabels } from '../tracing/spans.js';
import type { Exemplar, ExemplifiedValue } from './open-metrics.js';

/**
 * A histogram whose buckets each name the last trace that fell into them, of those that are sent (an exemplar). prom-client's
 * own exemplars are for registries that know no other format than OpenMetrics.
 */
export class TracedHistogram<L extends string> extends Histogram<L> {
  /** Undefined while prom-client's constructor runs, which resets. */
  private readonly exemplars: Map<string, Exemplar> | undefined = new Map();
  private readonly bounds: readonly number[];

  constructor(config: HistogramConfiguration<L> & { buckets: number[] }) {
    super(config);
    this.bounds = config.buckets;
    // it is a property of the instance there
    const count = this.observe.bind(this) as (labels: object | number, value?: number) => void;
    const observe = (labels: LabelValues<L> | number, value?: number): void => {
      count(labels, value);
      if (typeof labels === 'number') this.keepExemplar({}, labels);
      else if (value !== undefined) this.keepExemplar(labels, value);
    };
    this.observe = observe as typeof this.observe;
  }

  override async get(): Promise<MetricObjectWithValues<ExemplifiedValue>> {
    const found = (await super.get()) as MetricObjectWithValues<ExemplifiedValue>;
    for (const value of found.values) value.exemplar = this.exemplars?.get(keyOf(value.labels));
    return found;
  }

  override reset(): void {
    super.reset();
    this.exemplars?.clear();
  }

  private keepExemplar(labels: object, value: number): void {
    const labelSet = exemplarLabels();
    if (!labelSet) return;
    const le = this.bounds.find((bound) => value <= bound) ?? '+Inf';
    this.exemplars?.set(keyOf({ ...labels, le }), { labelSet, value, timestamp: Date.now() / 1000 });
  }
}

const keyOf = (labels: object): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
