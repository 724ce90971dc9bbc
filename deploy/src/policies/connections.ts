import type { ICluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { numberOf } from './environment.js';
import type { Policy } from './facts.js';

/** Of operators, backups, and the Job. */
const OTHER_CONNECTIONS = 20;

/** As many gateways as the autoscaler may start find a connection for each of their pool. */
export const connections: Policy = (manifests, facts) => {
  const gateway = manifests.deployments().find(({ name }) => name === 'gateway');
  const cluster = manifests.ofKind<ICluster & { kind: 'Cluster' }>('Cluster')[0];
  if (!gateway || !cluster) return [];
  const hpa = manifests.ofKind<IHorizontalPodAutoscaler & { kind: 'HorizontalPodAutoscaler' }>(
    'HorizontalPodAutoscaler',
  )[0];
  const gateways = hpa?.spec?.maxReplicas ?? 1;
  const needed = gateways * numberOf(gateway, manifests, facts, 'CLIPFLEET_DATABASE_POOL_SIZE') + OTHER_CONNECTIONS;
  const max = Number(cluster.spec.postgresql?.parameters?.['max_connections'] ?? 100);
  return max < needed
    ? [`Cluster/clipfleet-ledger: ${gateways} gateways need ${needed} connections, it has ${max}`]
    : [];
};
