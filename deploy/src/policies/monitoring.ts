import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { appNames } from '@clipfleet/local-stack';
import type { Manifests } from '../kubernetes/manifests.js';
import type { Facts, Policy } from './facts.js';

/** Labels that the operator puts on the series of a pod; one of ours of the same name is renamed unless we say otherwise. */
const OPERATOR_LABELS = ['container', 'endpoint', 'instance', 'job', 'namespace', 'pod'];

/** Every process is scraped, by labels that rules and panels know. */
export const monitoring: Policy = (manifests, facts) => {
  const monitors = manifests.ofKind<IPodMonitor & { kind: 'PodMonitor' }>('PodMonitor');
  const ours = monitors.find(({ metadata }) => metadata?.name === 'clipfleet');
  return ours ? problemsOf(ours, manifests, facts).map((problem) => `PodMonitor/clipfleet: ${problem}`) : [];
};

const problemsOf = ({ spec }: IPodMonitor, manifests: Manifests, facts: Facts): string[] => {
  const apps = spec.selector.matchExpressions?.flatMap(({ values }) => values ?? []) ?? [];
  const endpoint = spec.podMetricsEndpoints?.[0];
  const labels = new Set([...facts.metrics.values()].flat());
  const clashing = OPERATOR_LABELS.filter((label) => labels.has(label));
  const ports = manifests.deployments().flatMap(({ container }) => container.ports ?? []);
  const relabelled = endpoint?.relabelings?.map(({ targetLabel }) => targetLabel) ?? [];
  return [
    ...appNames.filter((app) => !apps.includes(app)).map((app) => `does not scrape ${app}`),
    ...(ports.some(({ name }) => name === endpoint?.port) ? [] : [`no pod has a port ${endpoint?.port}`]),
    ...(endpoint?.path === '/metrics' ? [] : ['does not ask for /metrics']),
    ...(clashing.length > 0 && endpoint?.honorLabels !== true ? [`renames our label ${clashing.join(', ')}`] : []),
    ...(relabelled.includes('app') ? [] : ['does not tell the app apart']),
  ];
};
