import type { ICluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { Manifests } from '../kubernetes/manifests.js';
import { numberOf } from './environment.js';
import type { Policy } from './facts.js';

/** Of operators, backups, and the Job. */
const OTHER_CONNECTIONS = 20;

/** As many gateways as there may be at one time, in a rollout too, find a connection for each of their pool. */
export const connections: Policy = (manifests, facts) => {
  const gateway = manifests.deployments().find(({ name }) => name === 'gateway');
  const cluster = manifests.ofKind<ICluster & { kind: 'Cluster' }>('Cluster')[0];
  if (!gateway || !cluster) return [];
  const gateways = mostGateways(manifests);
  const needed = gateways * numberOf(gateway, manifests, facts, 'CLIPFLEET_DATABASE_POOL_SIZE') + OTHER_CONNECTIONS;
  const max = Number(cluster.spec.postgresql?.parameters?.['max_connections'] ?? 100);
  return max < needed
    ? [`Cluster/clipfleet-ledger: ${gateways} gateways need ${needed} connections, it has ${max}`]
    : [];
};

/**
 * Those of the autoscaler's maximum, the new ones of a rollout, and the old ones that are ending: one wave of them where a pod
 * must have been ready (minReadySeconds) for as long as its predecessor may take to end, else all.
 */
const mostGateways = (manifests: Manifests): number => {
  const spec = manifests
    .ofKind<IDeployment & { kind: 'Deployment' }>('Deployment')
    .find(({ metadata }) => metadata?.name === 'gateway')?.spec;
  const hpa = manifests
    .ofKind<IHorizontalPodAutoscaler & { kind: 'HorizontalPodAutoscaler' }>('HorizontalPodAutoscaler')
    .find(({ metadata }) => metadata?.name === 'gateway');
  const most = hpa?.spec?.maxReplicas ?? spec?.replicas ?? 1;
  const surge = countOf(spec?.strategy?.rollingUpdate?.maxSurge ?? '25%', most);
  const graceS = spec?.template.spec?.terminationGracePeriodSeconds ?? 30;
  const ending = (spec?.minReadySeconds ?? 0) >= graceS ? surge : most;
  return most + surge + ending;
};

/** Kubernetes rounds a surge up. */
const countOf = (count: string | number, of: number): number =>
  typeof count === 'number' ? count : Math.ceil((Number.parseInt(count, 10) / 100) * of);
