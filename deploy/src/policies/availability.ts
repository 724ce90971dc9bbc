import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { appNames } from '@clipfleet/local-stack';
import type { Manifests } from '../kubernetes/manifests.js';
import type { Policy } from './facts.js';

/** All apps are there, spread over nodes and zones, and a drained node takes only some of their pods. */
export const availability: Policy = (manifests) => [
  ...appNames.filter((app) => !manifests.has('Deployment', app)).map((app) => `there is no Deployment/${app}`),
  ...(manifests.has('Job', 'migrate') ? [] : ['there is no Job/migrate']),
  ...manifests.ofKind<IDeployment & { kind: 'Deployment' }>('Deployment').flatMap((deployment) => {
    const name = deployment.metadata?.name ?? '';
    return deploymentProblems(deployment, manifests).map((problem) => `Deployment/${name}: ${problem}`);
  }),
];

/** More than none, and not all: a percentage of a pool is rounded up. */
const isSome = (count: string | number | undefined): boolean => {
  const number = Number.parseInt(String(count ?? 1), 10);
  return number > 0 && (typeof count !== 'string' || number <= 50);
};

const deploymentProblems = ({ metadata, spec }: IDeployment, manifests: Manifests): string[] => {
  const name = metadata?.name ?? '';
  const labels = spec?.template.metadata?.labels ?? {};
  const selected = Object.entries(spec?.selector.matchLabels ?? {});
  const budgets = manifests
    .ofKind<IPodDisruptionBudget & { kind: 'PodDisruptionBudget' }>('PodDisruptionBudget')
    .filter((budget) => budget.spec?.selector?.matchLabels?.['app.kubernetes.io/name'] === name);
  const spread = spec?.template.spec?.topologySpreadConstraints ?? [];
  const spreadOver = (key: string): boolean =>
    spread.some(
      ({ topologyKey, labelSelector, matchLabelKeys = [] }) =>
        topologyKey === key &&
        Object.entries(labelSelector?.matchLabels ?? {}).every(([label, value]) => labels[label] === value) &&
        matchLabelKeys.includes('app.kubernetes.io/name'),
    );
  const rules: [boolean, string][] = [
    [selected.length > 0 && selected.every(([key, value]) => labels[key] === value), 'does not select its own pods'],
    [labels['app.kubernetes.io/name'] === name, 'its pods do not carry its name'],
    [budgets.length === 1, `has ${budgets.length} disruption budgets`],
    [
      budgets.every((budget) => budget.spec?.maxUnavailable !== undefined),
      'a budget with a minimum blocks at zero pods',
    ],
    [
      budgets.every((budget) => isSome(budget.spec?.maxUnavailable)),
      'its budget lets a node take all of its pods, or none',
    ],
    [
      budgets.every((budget) => budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow'),
      'its budget keeps a node from being drained while its pods are not ready',
    ],
    [
      spec?.strategy?.type === 'RollingUpdate' && /^0%?$/.test(String(spec.strategy.rollingUpdate?.maxUnavailable)),
      'a rollout takes pods away before others are ready',
    ],
    [spreadOver('kubernetes.io/hostname'), 'is not spread over nodes'],
    [spreadOver('topology.kubernetes.io/zone'), 'is not spread over zones'],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem);
};
