import { type Fault, scaled, set, type Tree, unset } from './fault.fixture.js';

const hpa = (what: string, change: (spec: Tree) => void, expected: RegExp): Fault => ({
  what: `the gateway's autoscaler: ${what}`,
  object: 'HorizontalPodAutoscaler/gateway',
  change: ({ spec }) => change(spec),
  expected,
});

const scaleDown = (spec: Tree): Tree => spec['advanced']['horizontalPodAutoscalerConfig']['behavior']['scaleDown'];

export const autoscalingFaults: readonly Fault[] = [
  scaled(
    'transcode-worker',
    'a consumer that nobody creates',
    (_, trigger) => set(trigger, 'consumer', 'transcodes'),
    /its consumer is transcodes instead of transcode/,
  ),
  scaled(
    'transcode-worker',
    'the consumer of another app',
    (_, trigger) => set(trigger, 'consumer', 'thumb'),
    /its consumer is thumb instead of transcode/,
  ),
  scaled(
    'transcode-worker',
    'a stream that nobody creates',
    (_, trigger) => set(trigger, 'stream', 'TASKS'),
    /its stream is TASKS instead of CLIPFLEET_WORK/,
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
    /its lagThreshold is 8 instead of 2/,
  ),
  scaled(
    'transcode-worker',
    'any server of NATS',
    (_, trigger) => set(trigger, 'natsServerMonitoringEndpoint', 'nats.clipfleet.svc.cluster.local:8222'),
    /its natsServerMonitoringEndpoint is nats.clipfleet.svc.* instead of nats-headless.clipfleet.svc/,
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
    (spec) => unset(spec, 'fallback'),
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
    (_, __, work) => set(work, 'query', 'max(clipfleet_backlog_work_secs{kind="transcode"})'),
    /no metric is called clipfleet_backlog_work_secs/,
  ),
  scaled(
    'transcode-worker',
    'a query that is not PromQL',
    (_, __, work) => set(work, 'query', 'max(clipfleet_backlog_work_seconds{kind="transcode"'),
    /not PromQL/,
  ),
  scaled(
    'transcode-worker',
    'no answer taken for no work',
    (_, __, work) => set(work, 'ignoreNullValues', 'true'),
    /its ignoreNullValues is true instead of false: no answer is not an empty backlog/,
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
  scaled(
    'transcode-worker',
    'the work as often as there are gateways',
    (_, __, work) => set(work, 'query', 'sum(clipfleet_backlog_work_seconds{kind="transcode", namespace="clipfleet"})'),
    /its query is sum.* instead of max.*every gateway tells the same ledger/,
  ),
  scaled(
    'transcode-worker',
    'one series for each gateway',
    (_, __, work) => set(work, 'query', 'clipfleet_backlog_work_seconds{kind="transcode", namespace="clipfleet"}'),
    /its query is clipfleet_backlog.* instead of max/,
  ),
  scaled(
    'transcode-worker',
    'the work of another namespace',
    (_, __, work) => set(work, 'query', 'max(clipfleet_backlog_work_seconds{kind="transcode", namespace="prod"})'),
    /its query is .*prod.* instead of/,
  ),
  scaled(
    'transcode-worker',
    'another Prometheus',
    (_, __, work) => set(work, 'serverAddress', 'http://prometheus.monitoring.svc.cluster.local:9090'),
    /its serverAddress is .* instead of http:\/\/prometheus-operated.monitoring/,
  ),
  scaled(
    'transcode-worker',
    'NATS of another namespace',
    (_, lag) => set(lag, 'natsServerMonitoringEndpoint', 'nats-headless.default.svc.cluster.local:8222'),
    /its natsServerMonitoringEndpoint is .* instead of nats-headless.clipfleet/,
  ),
  scaled(
    'transcode-worker',
    'another account',
    (_, lag) => set(lag, 'account', '$G'),
    /its account is \$G instead of CLIPFLEET/,
  ),
  scaled(
    'transcode-worker',
    'a sleep that little work does not end',
    (_, __, work) => set(work, 'activationThreshold', '1000'),
    /its activationThreshold is 1000 instead of 0: one task is enough/,
  ),
  scaled(
    'transcode-worker',
    'an hour of work for each pod',
    (_, __, work) => set(work, 'threshold', '3600'),
    /3600 s a pod do not fit its 1 slots/,
  ),
  scaled(
    'transcode-worker',
    'no pause before the last pod goes',
    (spec) => set(spec, 'cooldownPeriod', 0),
    /takes its last pod away after 0 s/,
  ),
  scaled(
    'transcode-worker',
    'a pod that never goes',
    (spec) => set(spec, 'minReplicaCount', 1),
    /keeps 1 pods when nothing is to be done/,
  ),
  scaled('planner', 'one that stays alone', (spec) => set(spec, 'minReplicaCount', 1), /keeps 1 pods when nothing/),
  scaled(
    'transcode-worker',
    'all pods gone in a minute',
    (spec) => set(scaleDown(spec), 'policies', [{ type: 'Percent', value: 100, periodSeconds: 60 }]),
    /shrinks by 100 Percent in 60 s/,
  ),
  scaled(
    'transcode-worker',
    'a maximum it begins with',
    (spec) => set(spec, 'maxReplicaCount', 0),
    /has no room to grow/,
  ),
  hpa(
    'memory',
    (spec) => set(spec['metrics'][0]['resource'], 'name', 'memory'),
    /looks at Resource memory Utilization/,
  ),
  hpa('one gateway', (spec) => set(spec, 'minReplicas', 1), /may leave one gateway/),
  hpa('another target', (spec) => set(spec['scaleTargetRef'], 'name', 'planner'), /is not of the gateway/),
  {
    what: 'more gateways than the ledger has connections for',
    object: 'HorizontalPodAutoscaler/gateway',
    change: ({ spec }) => set(spec, 'maxReplicas', 40),
    expected: /60 gateways need 980 connections, it has 320/,
  },
];
