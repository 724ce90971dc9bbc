import { autoscalingFaults } from './autoscaling-faults.fixture.js';
import type { Fault } from './fault.fixture.js';
import { networkFaults } from './network-faults.fixture.js';
import { objectFaults } from './object-faults.fixture.js';
import { workloadFaults } from './workload-faults.fixture.js';

/** Mistakes as people make them, each of which passes `kubectl apply` or fails only in the cluster. */
export const faults: readonly Fault[] = [...workloadFaults, ...autoscalingFaults, ...networkFaults, ...objectFaults];
