import type { Manifests, Workload } from '../kubernetes/manifests.js';
import { environmentOf, numberOf } from './environment.js';
import type { Facts, Policy } from './facts.js';
import { quantityOf } from './quantity.js';

/** Of the Node process beside it, with the parts of a remux that it holds. */
const PROCESS_BYTES = 512 * 2 ** 20;

/**
 * Each slot runs one ffmpeg at a time. All of them at their limits fit in the container and on its scratch volume: a run that takes too much
 * then fails by itself and with its reason, and does not end the work of its neighbours.
 */
export const ffmpegLimits: Policy = (manifests, facts) =>
  manifests
    .deployments()
    .filter(({ name }) => name.endsWith('-worker'))
    .flatMap((worker) =>
      problemsOf(worker, manifests, facts).map((problem) => `Deployment/${worker.name}: ${problem}`),
    );

const problemsOf = (worker: Workload, manifests: Manifests, facts: Facts): string[] => {
  const slotsVariable = `CLIPFLEET_${worker.name.toUpperCase().replaceAll('-', '_')}_CONCURRENCY`;
  const slots = numberOf(worker, manifests, facts, slotsVariable);
  const { values } = environmentOf(worker, manifests);
  const problemOf = (variable: string, besideBytes: number, has: string, hasBytes: number): string[] => {
    const limitBytes = Number(values[variable]);
    if (!(limitBytes > 0)) return [`sets no ${variable}`];
    const neededBytes = slots * limitBytes + besideBytes;
    return neededBytes <= hasBytes
      ? []
      : [`${slots} runs of ffmpeg at ${variable} come to ${neededBytes} bytes, its ${has} has ${hasBytes}`];
  };
  const { container, pod } = worker;
  const memoryBytes = quantityOf(container.resources?.limits?.['memory']) ?? 0;
  const scratchBytes = Math.max(0, ...(pod.volumes ?? []).map(({ emptyDir }) => quantityOf(emptyDir?.sizeLimit) ?? 0));
  return [
    ...problemOf('CLIPFLEET_FFMPEG_MAX_MEMORY_BYTES', PROCESS_BYTES, 'container', memoryBytes),
    ...problemOf('CLIPFLEET_FFMPEG_MAX_OUTPUT_BYTES', 0, 'scratch volume', scratchBytes),
  ];
};
