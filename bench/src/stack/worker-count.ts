import { type RunningApp, startApp } from '@clipfleet/local-stack';
import type { BenchStack } from './bench-stack.js';

type Worker = 'segment-worker' | 'transcode-worker';

/** More processes of a worker beside the stack's one, measured with the fleet; `stop` ends them. */
export const addWorkers = async (
  { fleet, stateDirectory, morePids }: BenchStack,
  app: Worker,
  workerCount: number,
): Promise<{ stop(): Promise<void> }> => {
  const added: RunningApp[] = [];
  for (let count = 2; count <= workerCount; count++) {
    const name = `${app}-${count}`;
    const worker = await startApp({ app, name, stateDirectory, env: fleet.env });
    morePids.set(name, worker.process().pid);
    added.push(worker);
  }
  return {
    stop: async () => {
      for (const worker of added) {
        await worker.stop();
        morePids.delete(worker.name);
      }
    },
  };
};
