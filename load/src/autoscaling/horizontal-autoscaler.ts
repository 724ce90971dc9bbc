import type { ScalingSpec } from '@clipfleet/deploy';
import { type MetricReading, proposedReplicas } from './metric-replicas.js';
import { scaleDownLimit, type ScaleEvent, scaleUpLimit } from './scaling-limits.js';
import { type Recommendation, stabilised } from './stabilisation.js';

/** `--horizontal-pod-autoscaler-sync-period`. */
export const SYNC_PERIOD_S = 15;

/**
 * The HPA that KEDA makes for a ScaledObject (autoscaling/v2 with `behavior`). It works between one pod and the most; to none and
 * from none is KEDA's own.
 */
export class HorizontalAutoscaler {
  private recommendations: Recommendation[] = [];
  private events: ScaleEvent[] = [];

  constructor(private readonly spec: ScalingSpec) {}

  /** How many pods there are to be from now on. `readings`: one for each trigger, undefined where it has no answer. */
  sync(nowS: number, current: number, readings: readonly (MetricReading | undefined)[]): number {
    // an HPA does nothing about a target that somebody set to none
    if (current === 0) return 0;
    const next = this.next(nowS, current, readings);
    if (next !== current) this.events.push({ atS: nowS, change: next - current });
    this.forget(nowS);
    return next;
  }

  private next(nowS: number, current: number, readings: readonly (MetricReading | undefined)[]): number {
    const { maxReplicas, scaleUp, scaleDown } = this.spec;
    const minReplicas = Math.max(1, this.spec.minReplicas);
    if (current > maxReplicas) return maxReplicas;
    if (current < minReplicas) return minReplicas;
    const proposed = proposedReplicas(readings, current);
    if (proposed === undefined) return current;
    const proposal = { atS: nowS, replicas: proposed };
    const windows = { upS: scaleUp.stabilizationS, downS: scaleDown.stabilizationS };
    const wanted = stabilised(proposal, this.recommendations, current, windows);
    this.recommendations.push(proposal);
    if (wanted > current) return Math.min(wanted, maxReplicas, scaleUpLimit(scaleUp, current, this.events, nowS));
    return Math.max(wanted, minReplicas, scaleDownLimit(scaleDown, current, this.events, nowS));
  }

  private forget(nowS: number): void {
    const { scaleUp, scaleDown } = this.spec;
    const windowS = Math.max(scaleUp.stabilizationS, scaleDown.stabilizationS);
    const periodS = Math.max(...[...scaleUp.policies, ...scaleDown.policies].map((policy) => policy.periodS));
    this.recommendations = this.recommendations.filter(({ atS }) => atS > nowS - windowS);
    this.events = this.events.filter(({ atS }) => atS > nowS - periodS);
  }
}
