import type { Manifests, Workload } from '../kubernetes/manifests.js';
import { numberOf } from './environment.js';
import type { Facts, Policy } from './facts.js';
import { quantityOf } from './quantity.js';

/** Where the image tells workers to keep their files (Dockerfile). */
const SCRATCH_PATH = '/scratch';
const PROCESS_BYTES = 512 * 2 ** 20;

/** Memory and scratch space have limits, and these hold what the configuration lets an app take. */
export const resources: Policy = (manifests, facts) =>
  manifests.workloads().flatMap((workload) => {
    const problems = [
      ...limitProblems(workload),
      ...(workload.name.endsWith('-worker') ? scratchProblems(workload, manifests, facts) : []),
      ...(workload.name === 'planner' ? plannerProblems(workload, manifests, facts) : []),
    ];
    return problems.map((problem) => `${workload.kind}/${workload.name}: ${problem}`);
  });

const limitProblems = ({ container }: Workload): string[] => {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const requested = quantityOf(requests['memory']);
  const limit = quantityOf(limits['memory']);
  return [
    ...(limit === undefined ? ['has no limit of memory'] : []),
    ...(requested === undefined || quantityOf(requests['cpu']) === undefined ? ['requests no memory or no cpu'] : []),
    ...(requested !== undefined && limit !== undefined && requested > limit ? ['requests more than its limit'] : []),
    // throttled encoders look like dead ones
    ...('cpu' in limits ? ['has a limit of cpu'] : []),
  ];
};

const scratchProblems = (workload: Workload, manifests: Manifests, facts: Facts): string[] => {
  const { container, pod } = workload;
  const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === SCRATCH_PATH);
  const volume = pod.volumes?.find(({ name }) => name === mount?.name);
  const sizeBytes = quantityOf(volume?.emptyDir?.sizeLimit);
  if (sizeBytes === undefined || !mount) return [`has no limited volume at ${SCRATCH_PATH}`];
  const requested = quantityOf(container.resources?.requests?.['ephemeral-storage']) ?? 0;
  const limit = quantityOf(container.resources?.limits?.['ephemeral-storage']) ?? Infinity;
  const neededBytes = scratchNeeded(workload, manifests, facts);
  return [
    ...(mount.readOnly ? [`cannot write to ${SCRATCH_PATH}`] : []),
    ...(requested < sizeBytes ? ['requests less scratch space than its volume may take'] : []),
    ...(limit < sizeBytes ? ['is evicted before its scratch volume is full'] : []),
    ...(sizeBytes < neededBytes ? [`may need ${neededBytes} bytes of scratch space, its volume has ${sizeBytes}`] : []),
  ];
};

/** The output of a range may need as much as its source (CLIPFLEET_MAX_SCRATCH_BYTES). */
const scratchNeeded = (workload: Workload, manifests: Manifests, facts: Facts): number => {
  if (workload.name !== 'transcode-worker') return 0;
  const perRun = numberOf(workload, manifests, facts, 'CLIPFLEET_MAX_SCRATCH_BYTES');
  return 2 * perRun * numberOf(workload, manifests, facts, 'CLIPFLEET_TRANSCODE_WORKER_CONCURRENCY');
};

const plannerProblems = (workload: Workload, manifests: Manifests, facts: Facts): string[] => {
  const plans = numberOf(workload, manifests, facts, 'CLIPFLEET_PLANNER_CONCURRENCY');
  const perPlan = numberOf(workload, manifests, facts, 'CLIPFLEET_PARSE_MEMORY_BYTES');
  const neededBytes = PROCESS_BYTES + plans * perPlan;
  const limit = quantityOf(workload.container.resources?.limits?.['memory']) ?? 0;
  return limit < neededBytes ? [`may need ${neededBytes} bytes of memory, its limit is ${limit}`] : [];
};
