import { Manifests } from './kubernetes/manifests.js';

/** Whatever a manifest may hold, for faults that no type would let us write. */
export interface Tree {
  [key: string]: Tree;
}

export interface Fault {
  what: string;
  object: string;
  change: (object: Tree) => void;
  /** What the gate says of it. */
  expected: RegExp;
}

const deployment = (
  app: string,
  what: string,
  change: (pod: Tree, app: Tree, all: Tree) => void,
  expected: RegExp,
): Fault => ({
  what: `${app}: ${what}`,
  object: `Deployment/${app}`,
  change: (all) => {
    const pod = all['spec']['template']['spec'];
    change(pod, pod['containers'][0], all);
  },
  expected,
});

const scaled = (app: string, what: string, change: (spec: Tree, trigger: Tree) => void, expected: RegExp): Fault => ({
  what: `${app}'s autoscaler: ${what}`,
  object: `ScaledObject/${app}`,
  change: ({ spec }) => change(spec, spec['triggers'][0]['metadata']),
  expected,
});

const set = (tree: Tree, key: string, value: unknown): void => {
  (tree as Record<string, unknown>)[key] = value;
};

const append = (list: Tree, value: unknown): void => {
  (list as unknown as unknown[]).push(value);
};

/** Mistakes as people make them, each of which passes `kubectl apply` or fails only in the cluster. */
export const faults: readonly Fault[] = [
  deployment(
    'planner',
    'a field with a typing error',
    (_, app) => set(app, 'readynessProbe', {}),
    /planner.*readynessProbe/,
  ),
  deployment(
    'planner',
    'a quantity of an unknown unit',
    (_, app) => set(app['resources']['limits'], 'memory', '4Gigs'),
    /planner/,
  ),
  deployment(
    'planner',
    'a policy of pulling that is not one',
    (_, app) => set(app, 'imagePullPolicy', 'Sometimes'),
    /imagePullPolicy/,
  ),
  deployment('planner', 'replicas as a word', (_, __, all) => set(all['spec'], 'replicas', 'three'), /replicas/),
  deployment(
    'planner',
    'replicas under an autoscaler',
    (_, __, all) => set(all['spec'], 'replicas', 3),
    /planner: has replicas and an autoscaler/,
  ),
  deployment(
    'planner',
    'a selector of other pods',
    (_, __, all) => set(all['spec']['selector'], 'matchLabels', { a: 'b' }),
    /does not select its own pods/,
  ),
  deployment(
    'planner',
    'the newest image, whatever it is',
    (_, app) => set(app, 'image', 'clipfleet:latest'),
    /no pinned image/,
  ),
  deployment(
    'planner',
    'a root that can be written',
    (_, app) => set(app['securityContext'], 'readOnlyRootFilesystem', false),
    /can write its root/,
  ),
  deployment(
    'planner',
    'capabilities that are kept',
    (_, app) => set(app['securityContext'], 'capabilities', {}),
    /keeps capabilities/,
  ),
  deployment(
    'planner',
    'a sidecar nobody has looked at',
    (pod, app) => append(pod['containers'], app),
    /does not look at/,
  ),
  deployment(
    'planner',
    'memory for fewer plans than it makes',
    (_, app) => set(app['resources']['limits'], 'memory', '2Gi'),
    /may need 2684354560 bytes of memory/,
  ),
  deployment('planner', 'no limit of memory', (_, app) => set(app['resources'], 'limits', {}), /no limit of memory/),
  deployment(
    'planner',
    'credentials of the database',
    (_, app) => set(app, 'env', [{ name: 'CLIPFLEET_DATABASE_URL', value: 'postgres://ledger/clipfleet' }]),
    /has credentials of the database/,
  ),
  deployment(
    'gateway',
    'a value that it refuses',
    (_, app) => append(app['env'], { name: 'CLIPFLEET_SWEEP_MS', value: 'often' }),
    /CLIPFLEET_SWEEP_MS/,
  ),
  deployment(
    'gateway',
    'a variable of another name',
    (_, app) => append(app['env'], { name: 'CLIPFLEET_SWEEP_MSEC', value: '1000' }),
    /CLIPFLEET_SWEEP_MSEC is not known/,
  ),
  deployment(
    'gateway',
    'a Secret that nobody makes',
    (_, app) => set(app['env'][0]['valueFrom']['secretKeyRef'], 'name', 'ledger'),
    /there is no Secret ledger/,
  ),
  deployment(
    'gateway',
    'a liveness that asks for readiness',
    (_, app) => set(app['livenessProbe']['httpGet'], 'path', '/readyz'),
    /its liveness is not \/healthz/,
  ),
  deployment(
    'gateway',
    'a probe of a port it has not',
    (_, app) => set(app['readinessProbe']['httpGet'], 'port', 'metrics'),
    /its readiness is not \/readyz of a port it has/,
  ),
  deployment(
    'gateway',
    'dead after 10 s',
    (_, app) => set(app['livenessProbe'], 'failureThreshold', 1),
    /is taken for dead after 10 s/,
  ),
  deployment('gateway', 'no zones', (pod) => set(pod, 'topologySpreadConstraints', []), /not spread over zones/),
  deployment(
    'transcode-worker',
    'an end before its grace is over',
    (pod) => set(pod, 'terminationGracePeriodSeconds', 590),
    /is killed after 590 s, but may take 593000 ms/,
  ),
  deployment(
    'transcode-worker',
    'a grace that nobody waits',
    (pod) => set(pod, 'terminationGracePeriodSeconds', 900),
    /no more than 600 s are waited/,
  ),
  deployment(
    'transcode-worker',
    'scratch space without a limit',
    (pod) => set(pod['volumes'][0], 'emptyDir', {}),
    /no limited volume at \/scratch/,
  ),
  deployment(
    'transcode-worker',
    'scratch space for the source alone',
    (pod) => set(pod['volumes'][0]['emptyDir'], 'sizeLimit', '21Gi'),
    /may need 42949672960 bytes of scratch/,
  ),
  scaled(
    'transcode-worker',
    'a consumer that nobody creates',
    (_, trigger) => set(trigger, 'consumer', 'transcodes'),
    /nobody creates a consumer transcodes of CLIPFLEET_WORK/,
  ),
  scaled(
    'transcode-worker',
    'the consumer of another app',
    (_, trigger) => set(trigger, 'consumer', 'thumb'),
    /its pods work for transcode/,
  ),
  scaled(
    'transcode-worker',
    'a stream that nobody creates',
    (_, trigger) => set(trigger, 'stream', 'TASKS'),
    /nobody creates a consumer transcode of TASKS/,
  ),
  scaled(
    'transcode-worker',
    'a key with a typing error',
    (_, trigger) => set(trigger, 'lagTreshold', '1'),
    /no trigger has a key lagTreshold/,
  ),
  scaled(
    'transcode-worker',
    'a threshold as a number',
    (_, trigger) => set(trigger, 'lagThreshold', 1),
    /lagThreshold/,
  ),
  scaled(
    'segment-worker',
    'more messages a pod than the stream ever holds',
    (_, trigger) => set(trigger, 'lagThreshold', '8'),
    /8 messages a pod do not fit its 2 slots/,
  ),
  scaled(
    'transcode-worker',
    'any server of NATS',
    (_, trigger) => set(trigger, 'natsServerMonitoringEndpoint', 'nats.clipfleet.svc.cluster.local:8222'),
    /asks no headless service/,
  ),
  scaled(
    'transcode-worker',
    'a trigger of an unknown type',
    ({ triggers }) => set(triggers[0], 'type', 'nats-jetsteam'),
    /trigger of an unknown type/,
  ),
  scaled(
    'transcode-worker',
    'no fallback',
    (spec) => delete (spec as Record<string, unknown>)['fallback'],
    /takes pods away when its sources do not answer/,
  ),
  scaled(
    'transcode-worker',
    'a target that is not there',
    (spec) => set(spec['scaleTargetRef'], 'name', 'transcoder'),
    /its target is not there/,
  ),
  scaled(
    'transcode-worker',
    'a metric that no code has',
    ({ triggers }) => set(triggers[1]['metadata'], 'query', 'max(clipfleet_backlog_work_secs{kind="transcode"})'),
    /no metric is called clipfleet_backlog_work_secs/,
  ),
  scaled(
    'transcode-worker',
    'a query that is not PromQL',
    ({ triggers }) => set(triggers[1]['metadata'], 'query', 'max(clipfleet_backlog_work_seconds{kind="transcode"'),
    /not PromQL/,
  ),
  scaled(
    'transcode-worker',
    'no answer taken for no work',
    ({ triggers }) => set(triggers[1]['metadata'], 'ignoreNullValues', 'true'),
    /takes no answer for an empty backlog/,
  ),
  scaled(
    'transcode-worker',
    'a window that the HPA refuses',
    (spec) =>
      set(
        spec['advanced']['horizontalPodAutoscalerConfig']['behavior']['scaleDown'],
        'stabilizationWindowSeconds',
        7200,
      ),
    /the HPA refuses that|stabilizationWindowSeconds/,
  ),
  {
    what: 'more gateways than the ledger has connections for',
    object: 'HorizontalPodAutoscaler/gateway',
    change: ({ spec }) => set(spec, 'maxReplicas', 40),
    expected: /40 gateways need 660 connections/,
  },
  {
    what: 'a network policy that lets workers reach the ledger',
    object: 'Deployment/thumb-worker',
    change: ({ spec }) => set(spec['template']['metadata']['labels'], 'clipfleet/ledger', 'client'),
    expected: /thumb-worker → ledger is not in the picture/,
  },
  {
    what: 'a network policy that opens NATS to everybody',
    object: 'NetworkPolicy/nats',
    change: ({ spec }) => delete (spec['ingress'][0] as Record<string, unknown>)['from'],
    expected: /nats takes anything/,
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
    change: ({ spec }) => delete (spec['egress'][0]['to'][0]['ipBlock'] as Record<string, unknown>)['except'],
    expected: /may ask the metadata service/,
  },
  {
    what: 'a label that keeps planners away from NATS',
    object: 'Deployment/planner',
    change: ({ spec }) => delete (spec['template']['metadata']['labels'] as Record<string, unknown>)['clipfleet/nats'],
    expected: /planner → nats is denied/,
  },
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
];

/** The manifests with one mistake. */
export const withFault = (manifests: Manifests, { object, change }: Fault): Manifests => {
  const objects = structuredClone(manifests.objects);
  const found = objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === object);
  if (!found) throw new Error(`there is no ${object} to break`);
  change(found as unknown as Tree);
  return new Manifests(objects);
};
