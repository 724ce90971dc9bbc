import { set, type Tree, unset } from './fault.fixture.js';

/** A mistake in the values of a chart, which helm installs without a word. */
export interface ValuesFault {
  what: string;
  /** Of deploy/values. */
  file: string;
  change: (values: Tree) => void;
  expected: RegExp;
}

const fault = (file: string, what: string, change: (values: Tree) => void, expected: RegExp): ValuesFault => ({
  ...{ file: `${file}.yaml`, what: `${file}: ${what}`, change, expected },
});

/** As if the key had been written, or moved by a newer chart, under another name. */
const rename = (tree: Tree, from: string, to: string): void => {
  set(tree, to, tree[from]);
  unset(tree, from);
};

const userOf = (config: Tree, index: number): Tree => config['merge']['accounts']['CLIPFLEET']['users'][index];

export const valuesFaults: readonly ValuesFault[] = [
  fault(
    'keda',
    'replicas by another name',
    ({ operator }) => rename(operator, 'replicaCount', 'replicas'),
    /keda\.yaml: operator: Unrecognized key: "replicas"/,
  ),
  fault(
    'keda',
    'the resources of the server of metrics where its replicas are',
    ({ resources }) => rename(resources, 'metricServer', 'metricsServer'),
    /keda\.yaml: resources: Unrecognized key: "metricsServer"/,
  ),
  fault(
    'keda',
    'a list of namespaces',
    (all) => set(all, 'watchNamespace', ['clipfleet']),
    /keda\.yaml: watchNamespace: /,
  ),
  fault('keda', 'another namespace', (all) => set(all, 'watchNamespace', 'default'), /keda\.yaml: watchNamespace: /),
  fault(
    'keda',
    'one operator',
    ({ operator }) => set(operator, 'replicaCount', 1),
    /keda\.yaml: operator\.replicaCount: Too small/,
  ),
  fault(
    'keda',
    'a monitor of metrics that are not told',
    ({ prometheus }) => set(prometheus['operator'], 'enabled', false),
    /keda\.yaml: prometheus\.operator\.enabled: /,
  ),
  fault(
    'cloudnative-pg',
    'a monitor as other charts switch it on',
    ({ monitoring }) => rename(monitoring, 'podMonitorEnabled', 'enabled'),
    /cloudnative-pg\.yaml: monitoring: Unrecognized key: "enabled"/,
  ),
  fault(
    'cloudnative-pg',
    'memory of an unknown unit',
    ({ resources }) => set(resources['limits'], 'memory', '256Meg'),
    /resources\.limits\.memory: is no quantity/,
  ),
  fault(
    'prometheus',
    'a selector one level too high',
    ({ prometheus }) => {
      set(prometheus, 'podMonitorNamespaceSelector', {});
      unset(prometheus['prometheusSpec'], 'podMonitorNamespaceSelector');
    },
    /prometheus\.yaml: prometheus: Unrecognized key: "podMonitorNamespaceSelector"/,
  ),
  fault(
    'prometheus',
    'monitors of its own release alone',
    ({ prometheus }) => unset(prometheus['prometheusSpec'], 'podMonitorSelectorNilUsesHelmValues'),
    /podMonitorSelectorNilUsesHelmValues: Invalid input/,
  ),
  fault(
    'prometheus',
    'rules of namespaces with a label that ours has not',
    ({ prometheus }) => set(prometheus['prometheusSpec'], 'ruleNamespaceSelector', { matchLabels: { a: 'b' } }),
    /ruleNamespaceSelector: Unrecognized key: "matchLabels"/,
  ),
  fault(
    'prometheus',
    'no exemplars',
    ({ prometheus }) => set(prometheus['prometheusSpec'], 'enableFeatures', ['native-histograms']),
    /enableFeatures: keeps no traces/,
  ),
  fault(
    'prometheus',
    'dashboards of its own namespace alone',
    ({ grafana }) => unset(grafana['sidecar']['dashboards'], 'searchNamespace'),
    /grafana\.sidecar\.dashboards\.searchNamespace: /,
  ),
  fault(
    'nats',
    'a volume beside its store',
    ({ config }) => set(config['jetstream'], 'pvc', { size: '20Gi' }),
    /nats\.yaml: config\.jetstream: Unrecognized key: "pvc"/,
  ),
  fault(
    'nats',
    'a user of no app',
    ({ config }) => set(userOf(config, 0), 'user', 'clipfleet'),
    /accounts\.CLIPFLEET\.users\.0\.user: /,
  ),
  fault(
    'nats',
    'a user who may do everything',
    ({ config }) => unset(userOf(config, 1), 'permissions'),
    /accounts\.CLIPFLEET\.users\.1\.permissions: /,
  ),
  fault(
    'nats',
    'streams in memory',
    ({ config }) => set(config['jetstream']['fileStore'], 'enabled', false),
    /config\.jetstream\.fileStore\.enabled: /,
  ),
  fault(
    'nats-large',
    'more memory for its heap by another name',
    ({ container }) => rename(container['env'], 'GOMEMLIMIT', 'GOMEMLIMT'),
    /nats-large\.yaml: container\.env\.GOMEMLIMIT: /,
  ),
];
