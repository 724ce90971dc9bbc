import type { Fallback } from '@clipfleet/deploy';
import type { MetricReading } from './metric-replicas.js';

/** How many pods there are to be while a source does not answer. */
export const fallbackReplicas = ({ behavior, replicas }: Fallback, current: number): number => {
  if (behavior === 'currentReplicas') return current;
  if (behavior === 'currentReplicasIfHigher') return Math.max(current, replicas);
  if (behavior === 'currentReplicasIfLower') return Math.min(current, replicas);
  return replicas;
};

/** What KEDA tells the HPA about one trigger: its value, or after too many failures in a row one that makes the fallback's replicas. */
export class MetricWithFallback {
  private failures = 0;

  constructor(
    private readonly target: number,
    private readonly fallback: Fallback | undefined,
  ) {}

  /** Undefined: the HPA gets no answer. */
  reading(total: number | undefined, current: number): MetricReading | undefined {
    const { target, fallback } = this;
    if (total !== undefined) {
      this.failures = 0;
      return { total, target };
    }
    this.failures++;
    if (!fallback || this.failures <= fallback.failureThreshold) return undefined;
    return { total: fallbackReplicas(fallback, current) * target, target };
  }
}
