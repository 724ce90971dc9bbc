import { BlockList, isIPv6 } from 'node:net';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';

export type Labels = Readonly<Record<string, string>>;
export type NamedPolicy = INetworkPolicy & { kind: 'NetworkPolicy' };
export type Direction = 'ingress' | 'egress';

export interface Pods {
  name: string;
  labels: Labels;
  /** Number of each port that has a name. */
  ports: ReadonlyMap<string, number>;
}

/** `planner → nats` → the ports that are open on it, as `TCP 4222`. */
export type Edges = ReadonlyMap<string, ReadonlySet<string>>;

type Spec = NonNullable<INetworkPolicy['spec']>;
type Selector = NonNullable<Spec['podSelector']>;
type Peer = NonNullable<NonNullable<Spec['ingress']>[number]['from']>[number];
type Ports = NonNullable<Spec['ingress']>[number]['ports'];
export type IpBlock = NonNullable<Peer['ipBlock']>;

/** Where a cache of names listens on each node, where a cluster has one. No selector of pods finds it: it is on the node's network. */
export const NODE_DNS = '169.254.20.10/32';

/** One side of the connections that the policies allow: pods may be left (egress), or entered (ingress). */
export const grantsOf = (policies: readonly NamedPolicy[], pods: readonly Pods[], direction: Direction): Edges => {
  const edges = new Map<string, Set<string>>();
  for (const own of pods) {
    for (const { peers, ports } of rulesFor(policies, own.labels, direction)) {
      for (const other of peers.flatMap((peer) => othersOf(peer, pods))) {
        const [from, to] = direction === 'egress' ? [own, other] : [other, own];
        const edge = `${from.name} → ${to.name}`;
        edges.set(edge, new Set([...(edges.get(edge) ?? []), ...portNames(ports, to.ports)]));
      }
    }
  }
  return edges;
};

/** Addresses that pods may leave to, other than the cache of names of their node. */
export const blocksOf = (policies: readonly NamedPolicy[], labels: Labels): IpBlock[] =>
  rulesFor(policies, labels, 'egress')
    .flatMap(({ peers }) => peers)
    .flatMap(({ ipBlock }) => ipBlock ?? [])
    .filter(({ cidr }) => cidr !== NODE_DNS);

export const contains = ({ cidr, except = [] }: IpBlock, address: string): boolean =>
  isIn(cidr, address) && !except.some((part) => isIn(part, address));

const isIn = (cidr: string, address: string): boolean => {
  const [net, bits] = cidr.split('/');
  if (isIPv6(net) !== isIPv6(address)) return false;
  const family = isIPv6(net) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(net, Number(bits), family);
  return list.check(address, family);
};

interface Rule {
  peers: readonly Peer[];
  ports: Ports;
}

const rulesFor = (policies: readonly NamedPolicy[], labels: Labels, direction: Direction): Rule[] =>
  policies
    .filter(({ spec }) => matches(spec?.podSelector, labels) && isOf(direction, spec))
    .flatMap(({ spec }) =>
      direction === 'ingress'
        ? (spec?.ingress ?? []).map(({ from, ports }) => ({ from, ports }))
        : (spec?.egress ?? []).map(({ to, ports }) => ({ from: to, ports })),
    )
    // a rule without peers is for everybody
    .map(({ from, ports }) => ({ peers: from?.length ? from : [{}], ports }));

const isOf = (direction: Direction, spec: INetworkPolicy['spec']): boolean =>
  direction === 'ingress'
    ? (spec?.policyTypes?.includes('Ingress') ?? true)
    : (spec?.policyTypes?.includes('Egress') ?? spec?.egress !== undefined);

export const matches = (selector: Selector | undefined, labels: Labels): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    if (operator === 'Exists' || operator === 'DoesNotExist') return key in labels === (operator === 'Exists');
    return values.includes(labels[key] ?? '') === (operator === 'In');
  });

const place = (name: string): Pods => ({ name, labels: {}, ports: new Map() });

const othersOf = ({ ipBlock, namespaceSelector, podSelector }: Peer, pods: readonly Pods[]): Pods[] => {
  if (ipBlock) return [place(ipBlock.cidr === NODE_DNS ? 'dns of the node' : 'addresses')];
  if (!namespaceSelector && !podSelector) return [...pods, place('anybody')];
  if (!namespaceSelector) return pods.filter(({ labels }) => matches(podSelector, labels));
  return [place(namespaceName(namespaceSelector, podSelector?.matchLabels ?? {}))];
};

/** `namespace keda`, or `namespace kube-system (k8s-app=kube-dns)`. */
const namespaceName = ({ matchLabels = {}, matchExpressions = [] }: Selector, pods: Labels): string => {
  const name = matchLabels['kubernetes.io/metadata.name'];
  if (!name || matchExpressions.length > 0) return 'any namespace';
  const selected = Object.entries(pods).map(([key, value]) => `${key}=${value}`);
  return namespacePlace(name, selected.join(','));
};

export const namespacePlace = (name: string, pods = ''): string => `namespace ${name}${pods && ` (${pods})`}`;

const portNames = (ports: Ports, named: Pods['ports']): string[] =>
  ports?.map(({ protocol = 'TCP', port = 'any', endPort }) => {
    const number = named.get(String(port)) ?? port;
    return `${protocol} ${number}${endPort ? `-${endPort}` : ''}`;
  }) ?? ['any port'];
