import type { ScalingPolicy, ScalingRules } from '@clipfleet/deploy';

/** A change that was made: positive for more pods. */
export interface ScaleEvent {
  atS: number;
  change: number;
}

/** The most pods that the policies let there be now. */
export const scaleUpLimit = (
  rules: ScalingRules,
  current: number,
  events: readonly ScaleEvent[],
  nowS: number,
): number => {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map((policy) => {
    const before = periodStart(policy, current, events, nowS);
    // rounded up, or one pod would never become two by 50 %
    return policy.type === 'Pods' ? before + policy.value : Math.ceil(before * (1 + policy.value / 100));
  });
  const limit = rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
  // nothing is taken away by a limit of growth
  return Math.max(limit, current);
};

/** The fewest pods that the policies let there be now. `Max` is the largest change: the fewest pods. */
export const scaleDownLimit = (
  rules: ScalingRules,
  current: number,
  events: readonly ScaleEvent[],
  nowS: number,
): number => {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map((policy) => {
    const before = periodStart(policy, current, events, nowS);
    return policy.type === 'Pods' ? before - policy.value : Math.trunc(before * (1 - policy.value / 100));
  });
  const limit = rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
  return Math.min(limit, current);
};

/** How many there were when the period began that ends now. */
const periodStart = (
  { periodS }: ScalingPolicy,
  current: number,
  events: readonly ScaleEvent[],
  nowS: number,
): number =>
  current - events.filter(({ atS }) => atS > nowS - periodS).reduce((changed, { change }) => changed + change, 0);
