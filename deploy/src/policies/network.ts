import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { repositoryRoot } from '@clipfleet/local-stack';
import type { Policy } from './facts.js';
import { edgesOfPicture } from './picture.js';

type Labels = Readonly<Record<string, string>>;
type NamedPolicy = INetworkPolicy & { kind: 'NetworkPolicy' };
type Selector = NonNullable<NonNullable<INetworkPolicy['spec']>['podSelector']>;
type Peer = NonNullable<NonNullable<NonNullable<INetworkPolicy['spec']>['ingress']>[number]['from']>[number];

/** Pods that charts and operators make, by the labels they give them. */
const FOREIGN_PODS: Readonly<Record<string, Labels>> = {
  nats: { 'app.kubernetes.io/name': 'nats' },
  ledger: { 'cnpg.io/cluster': 'clipfleet-ledger' },
};
/** Beside the picture: the Job, and the members of a cluster among each other. */
const OWN_EDGES = ['migrate → ledger', 'nats → nats', 'ledger → ledger'];
/** From outside of the namespace: namespace → pods. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  ingress: ['gateway'],
  keda: ['nats'],
  'cnpg-system': ['ledger'],
  monitoring: ['gateway', 'planner', 'segment-worker', 'transcode-worker', 'thumb-worker', 'nats', 'ledger'],
};

/** Nothing may speak unless a policy says so, and the policies say what the picture shows: not more, and not less. */
export const network: Policy = (manifests) => {
  const policies = manifests.ofKind<NamedPolicy>('NetworkPolicy');
  const pods = new Map<string, Labels>([
    ...manifests.workloads().map(({ name, labels }): [string, Labels] => [name, labels]),
    ...Object.entries(FOREIGN_PODS),
  ]);
  const picture = edgesOfPicture(readFileSync(path.join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8'));
  const shown = new Set([...picture.map(({ from, to }) => `${from} → ${to}`), ...OWN_EDGES]);
  return [
    ...(policies.some(isDefaultDeny) ? [] : ['NetworkPolicy: nothing denies by default']),
    ...insideProblems(policies, pods, shown),
    ...storeProblems(policies, pods, shown),
    ...outsideProblems(policies, pods),
  ];
};

const isDefaultDeny = ({ spec }: INetworkPolicy): boolean =>
  Object.keys(spec?.podSelector ?? {}).length === 0 &&
  (['Ingress', 'Egress'] as const).every((type) => spec?.policyTypes?.includes(type)) &&
  !spec?.ingress?.length &&
  !spec?.egress?.length;

const matches = (selector: Selector | undefined, labels: Labels): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector?.matchExpressions ?? []).every(
    ({ key, operator, values }) => operator === 'In' && (values ?? []).includes(labels[key] ?? ''),
  );

const isPod = (peer: Peer, labels: Labels): boolean =>
  peer.podSelector !== undefined && peer.namespaceSelector === undefined && matches(peer.podSelector, labels);

/** Peers that policies of one direction let the pods of `labels` have. A rule without peers is for everybody. */
const peersOf = (policies: readonly NamedPolicy[], labels: Labels, direction: 'ingress' | 'egress'): Peer[] =>
  policies
    .filter(({ spec }) => matches(spec?.podSelector, labels))
    .flatMap(({ spec }) =>
      direction === 'ingress'
        ? (spec?.ingress ?? []).map(({ from }) => from)
        : (spec?.egress ?? []).map(({ to }) => to),
    )
    .flatMap((peers) => peers ?? [{ podSelector: {} }, { ipBlock: { cidr: '0.0.0.0/0' } }]);

const insideProblems = (
  policies: readonly NamedPolicy[],
  pods: ReadonlyMap<string, Labels>,
  shown: ReadonlySet<string>,
): string[] =>
  [...pods].flatMap(([from, fromLabels]) =>
    [...pods].flatMap(([to, toLabels]) => {
      const edge = `${from} → ${to}`;
      const mayLeave = peersOf(policies, fromLabels, 'egress').some((peer) => isPod(peer, toLabels));
      const mayEnter = peersOf(policies, toLabels, 'ingress').some((peer) => isPod(peer, fromLabels));
      if (mayLeave && mayEnter) return shown.has(edge) ? [] : [`NetworkPolicy: ${edge} is not in the picture`];
      return shown.has(edge) && !isDeferred(to, policies) ? [`NetworkPolicy: ${edge} is denied`] : [];
    }),
  );

/** Without a policy of its own for the ledger (another Postgres than ours), what enters it is not ours to say. */
const isDeferred = (to: string, policies: readonly NamedPolicy[]): boolean =>
  to === 'ledger' && !policies.some(({ metadata }) => metadata?.name === 'ledger');

const storeProblems = (
  policies: readonly NamedPolicy[],
  pods: ReadonlyMap<string, Labels>,
  shown: ReadonlySet<string>,
): string[] =>
  [...pods]
    // an instance of Postgres speaks to the API server
    .filter(([name]) => name !== 'ledger')
    .flatMap(([name, labels]) => {
      const blocks = peersOf(policies, labels, 'egress').flatMap(({ ipBlock }) => ipBlock ?? []);
      const isShown = shown.has(`${name} → stores`);
      const metadataService = blocks.filter(
        ({ cidr, except = [] }) => cidr === '0.0.0.0/0' && !except.includes('169.254.0.0/16'),
      );
      return [
        ...(blocks.length > 0 && !isShown ? [`NetworkPolicy: ${name} may leave the cluster`] : []),
        ...(blocks.length === 0 && isShown ? [`NetworkPolicy: ${name} cannot reach the stores`] : []),
        ...(metadataService.length > 0 ? [`NetworkPolicy: ${name} may ask the metadata service of its node`] : []),
      ];
    });

const outsideProblems = (policies: readonly NamedPolicy[], pods: ReadonlyMap<string, Labels>): string[] =>
  [...pods].flatMap(([name, labels]) =>
    peersOf(policies, labels, 'ingress').flatMap((peer) => {
      if (peer.ipBlock) return [`NetworkPolicy: ${name} takes anything from ${peer.ipBlock.cidr}`];
      if (!peer.namespaceSelector) return [];
      const namespace = peer.namespaceSelector.matchLabels?.['kubernetes.io/metadata.name'];
      const may = namespace !== undefined && OUTSIDE[namespace]?.includes(name);
      return may ? [] : [`NetworkPolicy: ${name} takes connections of the namespace ${namespace ?? '(any)'}`];
    }),
  );
