import type { ScalingSpec } from '@clipfleet/deploy';

/** As `deploy/k8s/components/autoscaling` has a pool of 2 slots a pod. */
export const poolSpec = (changes: Partial<ScalingSpec> = {}): ScalingSpec => ({
  target: 'segment-worker',
  pollingS: 5,
  cooldownS: 300,
  minReplicas: 0,
  maxReplicas: 40,
  fallback: { failureThreshold: 3, replicas: 2, behavior: 'currentReplicasIfHigher' },
  scaleUp: {
    stabilizationS: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Percent', value: 100, periodS: 15 },
      { type: 'Pods', value: 8, periodS: 15 },
    ],
  },
  scaleDown: {
    stabilizationS: 300,
    selectPolicy: 'Max',
    policies: [
      { type: 'Percent', value: 20, periodS: 60 },
      { type: 'Pods', value: 1, periodS: 60 },
    ],
  },
  triggers: [],
  ...changes,
});
