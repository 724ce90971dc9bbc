import { append, type Fault, set, type Tree, unset } from './fault.fixture.js';

const budget = (what: string, change: (spec: Tree) => void, expected: RegExp): Fault => ({
  what: `a budget ${what}`,
  object: 'PodDisruptionBudget/planner',
  change: ({ spec }) => change(spec),
  expected,
});

const ingress = (what: string, change: (annotations: Tree, spec: Tree) => void, expected: RegExp): Fault => ({
  what: `an ingress ${what}`,
  object: 'Ingress/gateway',
  change: ({ metadata, spec }) => change(metadata['annotations'], spec),
  expected,
});

const NGINX = 'nginx.ingress.kubernetes.io';

export const objectFaults: readonly Fault[] = [
  {
    what: 'a budget that blocks at zero pods',
    object: 'PodDisruptionBudget/planner',
    change: (all) => set(all, 'spec', { minAvailable: 1, selector: all['spec']['selector'] }),
    expected: /blocks at zero pods/,
  },
  {
    what: 'a budget of no pods',
    object: 'PodDisruptionBudget/planner',
    change: ({ spec }) => set(spec['selector'], 'matchLabels', { 'app.kubernetes.io/name': 'planer' }),
    expected: /planner: has 0 disruption budgets/,
  },
  {
    what: 'a service of a port that is not there',
    object: 'Service/gateway',
    change: ({ spec }) => set(spec['ports'][0], 'targetPort', 'web'),
    expected: /no port of its pods is called web/,
  },
  {
    what: 'a namespace that takes any pod',
    object: 'Namespace/clipfleet',
    change: ({ metadata }) => set(metadata, 'labels', {}),
    expected: /does not enforce the restricted profile/,
  },
  {
    what: 'a monitor of an unknown scheme',
    object: 'PodMonitor/clipfleet',
    change: ({ spec }) => set(spec['podMetricsEndpoints'][0], 'interval', '15seconds'),
    expected: /PodMonitor\/clipfleet: .*interval/,
  },
  {
    what: 'a monitor that renames our labels',
    object: 'PodMonitor/clipfleet',
    change: ({ spec }) => set(spec['podMetricsEndpoints'][0], 'honorLabels', false),
    expected: /renames our label container/,
  },
  {
    what: 'an alert of an unknown field',
    object: 'PrometheusRule/clipfleet',
    change: ({ spec }) => set(spec['groups'][0]['rules'][0], 'severity', 'page'),
    expected: /PrometheusRule\/clipfleet: .*severity/,
  },
  budget('that keeps every pod', (spec) => set(spec, 'maxUnavailable', 0), /lets a node take all of its pods, or none/),
  budget('that keeps none', (spec) => set(spec, 'maxUnavailable', '100%'), /lets a node take all of its pods, or none/),
  budget(
    'that keeps pods which do nothing',
    (spec) => unset(spec, 'unhealthyPodEvictionPolicy'),
    /keeps a node from being drained/,
  ),
  ingress('of no class', (_, spec) => unset(spec, 'ingressClassName'), /is of no class/),
  ingress('in clear text', (_, spec) => unset(spec, 'tls'), /shows tokens/),
  ingress(
    'that refuses files',
    (annotations) => set(annotations, `${NGINX}/proxy-body-size`, '1m'),
    /refuses bodies that the gateway takes/,
  ),
  ingress(
    'that ends events',
    (annotations) => unset(annotations, `${NGINX}/proxy-read-timeout`),
    /ends what is silent for 60 s/,
  ),
  {
    what: 'a monitor that asks every ten minutes',
    object: 'PodMonitor/clipfleet',
    change: ({ spec }) => set(spec['podMetricsEndpoints'][0], 'interval', '10m'),
    expected: /PodMonitor\/clipfleet: asks every 10m/,
  },
  {
    what: 'no monitor of the fleet',
    object: 'PodMonitor/clipfleet',
    change: 'remove',
    expected: /PodMonitor\/clipfleet: is not there/,
  },
  {
    what: 'no rules in the rules',
    object: 'PrometheusRule/clipfleet',
    change: ({ spec }) => set(spec, 'groups', []),
    expected: /is not what deploy\/src\/rules makes/,
  },
  {
    what: 'a threshold of an alert, changed by hand',
    object: 'PrometheusRule/clipfleet',
    change: ({ spec }) => set(spec['groups'][0]['rules'][0], 'expr', 'vector(0)'),
    expected: /is not what deploy\/src\/rules makes/,
  },
  {
    what: 'a recording that nobody reads',
    object: 'PrometheusRule/clipfleet',
    change: ({ spec }) =>
      append(spec['groups'][0]['rules'], { record: 'clipfleet:exports_ended:rate5m', expr: 'sum(clipfleet_ready)' }),
    expected: /neither an alert nor a panel reads clipfleet:exports_ended:rate5m$/m,
  },
  {
    what: 'a dashboard of another version',
    object: 'ConfigMap/clipfleet-overview',
    change: ({ data }) => set(data, 'clipfleet-overview.json', '{}'),
    expected: /ConfigMap\/clipfleet-overview: is not the dashboard/,
  },
  {
    what: 'the ledger of production under many gateways',
    overlay: 'large',
    object: 'Cluster/clipfleet-ledger',
    change: ({ spec }) => set(spec['postgresql']['parameters'], 'max_connections', '320'),
    expected: /36 gateways need 596 connections, it has 320/,
  },
  {
    what: 'scratch space of production on a small node',
    overlay: 'dev',
    object: 'Deployment/transcode-worker',
    change: ({ spec }) =>
      set(spec['template']['spec']['containers'][0]['resources']['requests'], 'ephemeral-storage', '42Gi'),
    expected: /requests 46 GiB of scratch space, a small node has/,
  },
];
