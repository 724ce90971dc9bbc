import { readFileSync } from 'node:fs';
import path from 'node:path';
import { appNames, repositoryRoot } from '@clipfleet/local-stack';
import type { Manifests } from '../kubernetes/manifests.js';
import { environmentOf, numberOf } from './environment.js';
import type { Facts } from './facts.js';
import { type Edges, namespacePlace } from './network-grants.js';
import { edgesOfPicture } from './picture.js';
import { LEDGER_PORTS, NAMESPACES, natsPorts } from './servers.js';

/** Where stores are reached: HTTPS. */
const STORE_PORT = 443;
/** Of the API server, which each instance of Postgres asks for its role: behind its Service, and its own. */
const API_SERVER_PORTS = [443, 6443];
const KUBE_DNS = namespacePlace('kube-system', 'k8s-app=kube-dns');
const COLLECTOR = 'app.kubernetes.io/name=opentelemetry-collector';

type Edge = [from: string, to: string, ports: readonly number[]];

/** All connections there are to be: those of the picture of ARCHITECTURE.md, and what the installed parts need. */
export const expectedEdges = (manifests: Manifests, facts: Facts, podNames: readonly string[]): Edges => {
  const edges = [
    ...pictured(manifests, facts),
    ...amongServers(),
    ...fromOutside(manifests, facts),
    ...traces(manifests),
  ];
  const named = edges.map(([from, to, ports]): [string, Set<string>] => [
    `${from} → ${to}`,
    new Set(ports.map((port) => `TCP ${port}`)),
  ]);
  const names = podNames.flatMap((name) =>
    [KUBE_DNS, 'dns of the node'].map((to): [string, Set<string>] => [
      `${name} → ${to}`,
      new Set(['UDP 53', 'TCP 53']),
    ]),
  );
  return new Map([...named, ...names]);
};

const pictured = (manifests: Manifests, facts: Facts): Edge[] => {
  const gateway = manifests.deployments().find(({ name }) => name === 'gateway');
  const ports: Readonly<Record<string, number>> = {
    nats: natsPorts().clients,
    ledger: LEDGER_PORTS.clients,
    stores: STORE_PORT,
    gateway: gateway ? numberOf(gateway, manifests, facts, 'CLIPFLEET_HTTP_PORT') : 0,
  };
  return edgesOfPicture(readFileSync(path.join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8'))
    .filter(({ from }) => from !== 'clients' || manifests.objects.some(({ kind }) => kind === 'Ingress'))
    .map(({ from, to }): Edge => {
      const source = from === 'clients' ? namespacePlace(NAMESPACES.ingress) : from;
      return [source, to === 'stores' ? 'addresses' : to, [ports[to]]];
    });
};

const amongServers = (): Edge[] => [
  ['migrate', 'ledger', [LEDGER_PORTS.clients]],
  ['nats', 'nats', [natsPorts().routes]],
  ['ledger', 'ledger', [LEDGER_PORTS.clients, LEDGER_PORTS.status]],
  ['ledger', 'addresses', API_SERVER_PORTS],
];

/** What comes in from other namespaces, if there is something of theirs. */
const fromOutside = (manifests: Manifests, facts: Facts): Edge[] => {
  const has = (kind: string): boolean => manifests.objects.some((object) => object.kind === kind);
  const prometheus = namespacePlace(NAMESPACES.monitoring);
  const scraped = manifests
    .deployments()
    .filter(({ name }) => (appNames as readonly string[]).includes(name))
    .map((app): Edge => [prometheus, app.name, [numberOf(app, manifests, facts, 'CLIPFLEET_OPS_PORT')]]);
  const operator = [LEDGER_PORTS.clients, LEDGER_PORTS.status];
  return [
    ...(has('Cluster') ? [[namespacePlace(NAMESPACES.ledgerOperator), 'ledger', operator] satisfies Edge] : []),
    ...(has('ScaledObject') ? [[namespacePlace(NAMESPACES.keda), 'nats', [natsPorts().monitor]] satisfies Edge] : []),
    ...(has('PodMonitor')
      ? [
          ...scraped,
          [prometheus, 'nats', [natsPorts().metrics]] satisfies Edge,
          [prometheus, 'ledger', [LEDGER_PORTS.metrics]] satisfies Edge,
        ]
      : []),
  ];
};

/** To the collector, by the address that the apps are given: `http://NAME.NAMESPACE.svc…:PORT`. */
const traces = (manifests: Manifests): Edge[] =>
  manifests.deployments().flatMap((workload) => {
    const endpoint = environmentOf(workload, manifests).values['OTEL_EXPORTER_OTLP_ENDPOINT'];
    if (!endpoint) return [];
    const { hostname, port } = new URL(endpoint);
    return [[workload.name, namespacePlace(hostname.split('.')[1] ?? '', COLLECTOR), [Number(port)]] satisfies Edge];
  });
