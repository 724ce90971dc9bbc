import { environmentOf, type Manifests, type ScalingSpec, type Workload } from '@clipfleet/deploy';
import { type AppName, appNames } from '@clipfleet/local-stack';
import { Deployment } from '../cluster/deployment.js';
import { Node } from '../cluster/node.js';

export interface ClusterOptions {
  manifests: Manifests;
  specs: readonly ScalingSpec[];
  stateDirectory: string;
  /** Of this machine, over what the manifests say: addresses and stores are here. */
  env: Record<string, string>;
  podCapacity: number;
}

/** The Deployments that ScaledObjects speak of, on this machine as their node: environment and grace are those of the manifests. */
export const deploymentsOf = (options: ClusterOptions): Map<string, Deployment> => {
  const { manifests, specs, stateDirectory, env, podCapacity } = options;
  const node = new Node(podCapacity);
  return new Map(
    specs.map(({ target }) => {
      const workload = manifests.deployments().find(({ name }) => name === target);
      const app = appNames.find((name) => name === target);
      if (!workload || !app) throw new Error(`the manifests have no Deployment of an app called ${target}`);
      const template = { app, stateDirectory, env: podEnv(workload, manifests, env), killAfterMs: graceMs(workload) };
      return [target, new Deployment(app satisfies AppName, template, node)];
    }),
  );
};

const podEnv = (workload: Workload, manifests: Manifests, env: Record<string, string>): Record<string, string> => {
  const { values } = environmentOf(workload, manifests);
  return { ...values, ...env };
};

const graceMs = ({ pod }: Workload): number => (pod.terminationGracePeriodSeconds ?? 30) * 1000;
