import type { ICluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import type { Policy } from './facts.js';
import { quantityOf } from './quantity.js';

const GIB = 2 ** 30;
/** One node as kind or minikube make it, without what the system and NATS take of it: the unit and what we may ask for. */
const NODE = {
  cpu: { what: 'cores', unit: 1, most: 3 },
  memory: { what: 'GiB of memory', unit: GIB, most: 6 },
  'ephemeral-storage': { what: 'GiB of scratch space', unit: GIB, most: 16 },
} as const;

/** Without autoscalers all is on one small node, and all of it starts. */
export const smallNode: Policy = (manifests) => {
  const isScaled = manifests.objects.some(({ kind }) => kind === 'ScaledObject');
  if (isScaled) return [];
  const requests = [
    ...manifests.workloads().map(({ container }) => ({ count: 1, asked: container.resources?.requests ?? {} })),
    ...manifests
      .ofKind<ICluster & { kind: 'Cluster' }>('Cluster')
      .map(({ spec }) => ({ count: spec.instances, asked: spec.resources?.requests ?? {} })),
  ];
  return Object.entries(NODE).flatMap(([name, { what, unit, most }]) => {
    const sum = requests.reduce((total, { count, asked }) => total + count * (quantityOf(asked[name]) ?? 0), 0) / unit;
    return sum <= most ? [] : [`requests ${sum} ${what}, a small node has ${most}`];
  });
};
