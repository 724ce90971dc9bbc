import { append, type Fault, policy, set, unset } from './fault.fixture.js';

const TCP_80 = [{ protocol: 'TCP', port: 80 }];

const without = (name: string, expected: RegExp): Fault => ({
  what: `no network policy ${name}`,
  object: `NetworkPolicy/${name}`,
  change: 'remove',
  expected,
});

const NAME = 'kubernetes.io/metadata.name';

export const networkFaults: readonly Fault[] = [
  {
    what: 'a network policy that lets workers reach the ledger',
    object: 'Deployment/thumb-worker',
    change: ({ spec }) => set(spec['template']['metadata']['labels'], 'clipfleet/ledger', 'client'),
    expected: /thumb-worker → ledger is not in the picture/,
  },
  {
    what: 'a network policy that opens NATS to everybody',
    object: 'NetworkPolicy/nats',
    change: ({ spec }) => unset(spec['ingress'][0], 'from'),
    expected: /anybody → nats is not in the picture/,
  },
  {
    what: 'nothing denied by default',
    object: 'NetworkPolicy/default-deny',
    change: ({ spec }) => set(spec, 'policyTypes', ['Ingress']),
    expected: /nothing denies by default/,
  },
  {
    what: 'a store policy that forgets the metadata service',
    object: 'NetworkPolicy/to-stores',
    change: ({ spec }) => unset(spec['egress'][0]['to'][0]['ipBlock'], 'except'),
    expected: /may ask the metadata service/,
  },
  {
    what: 'a label that keeps planners away from NATS',
    object: 'Deployment/planner',
    change: ({ spec }) => unset(spec['template']['metadata']['labels'], 'clipfleet/nats'),
    expected: /planner → nats is denied/,
  },
  policy(
    'to-nats',
    'another port',
    ({ egress }) => set(egress[0]['ports'][0], 'port', 5222),
    /planner → nats is open at TCP 5222 instead of TCP 4222 \(egress\)/,
  ),
  policy(
    'to-ledger',
    'another port',
    ({ egress }) => set(egress[0]['ports'][0], 'port', 3306),
    /gateway → ledger is open at TCP 3306 instead of TCP 5432 \(egress\)/,
  ),
  policy(
    'to-stores',
    'without encryption',
    ({ egress }) => set(egress[0], 'ports', TCP_80),
    /planner → addresses is open at TCP 80 instead of TCP 443/,
  ),
  policy(
    'to-stores',
    'all ports',
    ({ egress }) => unset(egress[0], 'ports'),
    /planner → addresses is open at any port instead of TCP 443/,
  ),
  policy(
    'to-stores',
    'a range of ports',
    ({ egress }) => set(egress[0]['ports'][0], 'endPort', 65535),
    /planner → addresses is open at TCP 443-65535/,
  ),
  policy(
    'to-stores',
    'the networks around the cluster',
    ({ egress }) =>
      set(egress[0]['to'][0]['ipBlock'], 'except', ['169.254.0.0/16', '168.63.129.16/32', '100.64.0.0/10']),
    /planner may leave to addresses of the cluster, 10.0.0.1/,
  ),
  policy(
    'to-stores',
    'the metadata service by IPv6',
    ({ egress }) => set(egress[0]['to'][1]['ipBlock'], 'except', ['fe80::/10']),
    /planner may ask the metadata service of its node, fd00:ec2::254/,
  ),
  policy(
    'to-stores',
    'no store at all',
    ({ egress }) => set(egress[0]['to'][0]['ipBlock'], 'cidr', '0.0.0.0/32'),
    /planner cannot reach 52.95.110.1/,
  ),
  policy(
    'ledger',
    'the metadata service',
    ({ egress }) => unset(egress[1]['to'][0]['ipBlock'], 'except'),
    /ledger may ask the metadata service of its node, 169.254.169.254/,
  ),
  policy(
    'nats',
    'all ports for its clients',
    ({ ingress }) => unset(ingress[0], 'ports'),
    /planner → nats is open at any port instead of TCP 4222 \(ingress\)/,
  ),
  policy(
    'ledger',
    'all ports for its clients',
    ({ ingress }) => unset(ingress[0], 'ports'),
    /gateway → ledger is open at any port instead of TCP 5432 \(ingress\)/,
  ),
  policy(
    'ledger',
    'the operator of another namespace',
    ({ ingress }) => set(ingress[2]['from'][0]['namespaceSelector']['matchLabels'], NAME, 'postgres'),
    /namespace postgres → ledger is not in the picture/,
  ),
  policy(
    'dns',
    'servers of any namespace',
    ({ egress }) => set(egress[0]['to'][0], 'namespaceSelector', {}),
    /planner → any namespace is not in the picture/,
  ),
  policy(
    'dns',
    'no cache of the node',
    (spec) => set(spec, 'egress', [spec['egress'][0]]),
    /planner → dns of the node is denied/,
  ),
  policy(
    'metrics',
    'to any pod of the namespace',
    ({ ingress }) => append(ingress[0]['from'], { podSelector: {} }),
    /thumb-worker → gateway is not in the picture/,
  ),
  policy(
    'clients-to-gateway',
    'the port of the metrics',
    ({ ingress }) => set(ingress[0]['ports'][0], 'port', 'ops'),
    /namespace ingress → gateway is open at TCP 9090 instead of TCP 8080/,
  ),
  without('dns', /planner → namespace kube-system \(k8s-app=kube-dns\) is denied/),
  without('keda-to-nats', /namespace keda → nats is denied/),
  without('metrics', /namespace monitoring → planner is denied/),
  without('metrics-of-ledger', /namespace monitoring → ledger is denied/),
  without('clients-to-gateway', /namespace ingress → gateway is denied/),
  without('to-stores', /planner → addresses is denied/),
  { ...without('to-collector', /planner → namespace monitoring .* is denied/), overlay: 'tracing' },
  {
    ...policy(
      'to-collector',
      'the port of another protocol',
      ({ egress }) => set(egress[0]['ports'][0], 'port', 4317),
      /planner → namespace monitoring .* is open at TCP 4317 instead of TCP 4318/,
    ),
    overlay: 'tracing',
  },
];
