import { numberOf } from './environment.js';
import type { Policy } from './facts.js';

/** cluster-autoscaler waits no longer for a pod. */
const MAX_GRACE_S = 600;

/** What runs may go on for the grace, and is handed back in the time behind it, before the kubelet kills. */
export const shutdown: Policy = (manifests, facts) =>
  manifests.deployments().flatMap((workload) => {
    const { name, pod, container } = workload;
    const graceS = pod.terminationGracePeriodSeconds ?? 30;
    const preStopS = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    const runMs = numberOf(workload, manifests, facts, 'CLIPFLEET_SHUTDOWN_GRACE_MS');
    const neededMs = preStopS * 1000 + runMs + facts.shutdownTailMs;
    const problems = [
      ...(graceS > MAX_GRACE_S ? [`has a grace of ${graceS} s, no more than ${MAX_GRACE_S} s are waited`] : []),
      ...(graceS * 1000 < neededMs ? [`is killed after ${graceS} s, but may take ${neededMs} ms to end`] : []),
      ...(container.lifecycle?.preStop?.exec ? ['needs a shell to stop'] : []),
    ];
    return problems.map((problem) => `Deployment/${name}: ${problem}`);
  });
