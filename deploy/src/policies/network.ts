import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { Manifests } from '../kubernetes/manifests.js';
import type { Policy } from './facts.js';
import { expectedEdges } from './network-edges.js';
import {
  blocksOf,
  contains,
  type Direction,
  type Edges,
  grantsOf,
  matches,
  type NamedPolicy,
  type Pods,
} from './network-grants.js';

/** Pods that charts and operators make, by the labels they give them. */
const FOREIGN_PODS: readonly Pods[] = [
  { name: 'nats', labels: { 'app.kubernetes.io/name': 'nats' }, ports: new Map() },
  { name: 'ledger', labels: { 'cnpg.io/cluster': 'clipfleet-ledger' }, ports: new Map() },
];

/** Who tells a pod the credentials of its node: AWS (twice, and by IPv6), Alibaba, Azure. */
const METADATA_SERVICES = ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16'];
/** First and last addresses that clusters, their nodes and networks around them have. */
const INTERNAL = [
  ...['10.0.0.1', '10.255.255.254', '172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.255.254'],
  ...['100.64.0.1', '100.127.255.254', '127.0.0.1', '169.254.255.254', 'fc00::1', 'fdff:ffff::1', 'fe80::1', '::1'],
];
/** Some of a public store. */
const PUBLIC = ['52.95.110.1', '2600:1fa0:80c5::1'];

/** Nothing may speak unless a policy says so, and the policies say what the picture shows: not more, and not less. */
export const network: Policy = (manifests, facts) => {
  const policies = manifests.ofKind<NamedPolicy>('NetworkPolicy');
  const pods = [...manifests.workloads().map(podsOf), ...FOREIGN_PODS];
  const ruled = ruledPods(pods, manifests);
  const expected = expectedEdges(
    manifests,
    facts,
    pods.map(({ name }) => name),
  );
  const problems = [
    ...(policies.some(isDefaultDeny) ? [] : ['nothing denies by default']),
    ...policies
      .filter(({ spec }) => !ruled.some(({ labels }) => matches(spec?.podSelector, labels)))
      .map(({ metadata }) => `${metadata?.name} is for no pods`),
    ...(['egress', 'ingress'] as const).flatMap((direction) => {
      return differences(grantsOf(policies, pods, direction), expected, direction, ruled);
    }),
    ...ruled.flatMap((each) => addressProblems(each, policies)),
  ];
  return [...new Set(problems)].map((problem) => `NetworkPolicy: ${problem}`);
};

const podsOf = ({ name, labels, container }: ReturnType<Manifests['workloads']>[number]): Pods => ({
  name,
  labels,
  ports: new Map((container.ports ?? []).map(({ name: port, containerPort }) => [port ?? '', containerPort])),
});

/** Another Postgres than ours (without the component) has its own rules. */
const ruledPods = (pods: readonly Pods[], manifests: Manifests): Pods[] =>
  pods.filter(({ name }) => name !== 'ledger' || manifests.has('Cluster', 'clipfleet-ledger'));

const isDefaultDeny = ({ spec }: INetworkPolicy): boolean =>
  Object.keys(spec?.podSelector ?? {}).length === 0 &&
  (['Ingress', 'Egress'] as const).every((type) => spec?.policyTypes?.includes(type)) &&
  !spec?.ingress?.length &&
  !spec?.egress?.length;

/** Both ends of a connection must allow it, and neither of them more. */
const differences = (granted: Edges, expected: Edges, direction: Direction, pods: readonly Pods[]): string[] => {
  const isRuled = (edge: string): boolean => {
    const [from, to] = edge.split(' → ');
    return pods.some(({ name }) => name === (direction === 'egress' ? from : to));
  };
  return [...new Set([...granted.keys(), ...expected.keys()])].filter(isRuled).flatMap((edge) => {
    const [open, wanted] = [granted.get(edge), expected.get(edge)];
    if (!wanted) return [`${edge} is not in the picture`];
    if (!open) return [`${edge} is denied`];
    const [has, needs] = [open, wanted].map((ports) => [...ports].toSorted().join(', '));
    return has === needs ? [] : [`${edge} is open at ${has} instead of ${needs} (${direction})`];
  });
};

const addressProblems = ({ name, labels }: Pods, policies: readonly NamedPolicy[]): string[] => {
  const blocks = blocksOf(policies, labels);
  const reaches = (address: string): boolean => blocks.some((block) => contains(block, address));
  // an instance of Postgres asks the API server, which is inside
  const internal = name === 'ledger' ? [] : INTERNAL;
  return [
    ...METADATA_SERVICES.filter(reaches).map(
      (address) => `${name} may ask the metadata service of its node, ${address}`,
    ),
    ...internal.filter(reaches).map((address) => `${name} may leave to addresses of the cluster, ${address}`),
    ...PUBLIC.filter((address) => blocks.length > 0 && !reaches(address)).map(
      (address) => `${name} cannot reach ${address}`,
    ),
  ];
};
