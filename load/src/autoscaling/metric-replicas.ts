/** A change within it is none: `--horizontal-pod-autoscaler-tolerance`, 0.1 by default. */
export const TOLERANCE = 0.1;

/** What a trigger tells, and how much of it a pod is given (metric type AverageValue). */
export interface MetricReading {
  total: number;
  target: number;
}

/** What the pods there are would be asked to become: as many as `total` takes, or as they are while it about fits them. */
export const replicasForMetric = ({ total, target }: MetricReading, currentReplicas: number): number => {
  const usageRatio = total / (target * currentReplicas);
  if (usageRatio >= 1 - TOLERANCE && usageRatio <= 1 + TOLERANCE) return currentReplicas;
  return Math.ceil(total / target);
};

/**
 * The most that any metric asks for. A metric without an answer (`undefined`) must not shrink what another cannot speak for: then
 * there is a proposal only if it is not less. Without any answer there is none.
 */
export const proposedReplicas = (
  readings: readonly (MetricReading | undefined)[],
  currentReplicas: number,
): number | undefined => {
  const proposals = readings.flatMap((reading) => (reading ? [replicasForMetric(reading, currentReplicas)] : []));
  if (proposals.length === 0) return undefined;
  const most = Math.max(...proposals);
  return proposals.length < readings.length && most < currentReplicas ? undefined : most;
};
