import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { appNames } from '@clipfleet/local-stack';
import type { Manifests, Workload } from '../kubernetes/manifests.js';
import { expressionProblems } from '../promql/known-metrics.js';
import { numberOf } from './environment.js';
import type { Facts, Policy } from './facts.js';

interface ScaledApp {
  consumer: string;
  slotsVariable: string;
  /** Whether the gateways know the work that is left of it. */
  isInBacklog: boolean;
}

/** Apps that work on messages: what they take, and how many at once. */
const SCALED: Readonly<Record<string, ScaledApp>> = {
  planner: { consumer: 'plan', slotsVariable: 'CLIPFLEET_PLANNER_CONCURRENCY', isInBacklog: false },
  'segment-worker': { consumer: 'segment', slotsVariable: 'CLIPFLEET_SEGMENT_WORKER_CONCURRENCY', isInBacklog: true },
  'transcode-worker': {
    consumer: 'transcode',
    slotsVariable: 'CLIPFLEET_TRANSCODE_WORKER_CONCURRENCY',
    isInBacklog: true,
  },
  'thumb-worker': { consumer: 'thumb', slotsVariable: 'CLIPFLEET_THUMB_WORKER_CONCURRENCY', isInBacklog: true },
};
const LAG_KEYS = [
  'natsServerMonitoringEndpoint',
  'account',
  'stream',
  'consumer',
  'lagThreshold',
  'activationLagThreshold',
  'useHttps',
];
const WORK_KEYS = ['serverAddress', 'query', 'threshold', 'activationThreshold', 'ignoreNullValues'];
/** The HPA takes no more. */
const MAX_STABILISATION_S = 3600;
const MIN_STABILISATION_S = 120;

type Trigger = IScaledObject['spec']['triggers'][number];

/** In an overlay with autoscaling: each app has one, and its triggers read what there is. */
export const autoscaling: Policy = (manifests, facts) => {
  const scaled = manifests.ofKind<IScaledObject & { kind: 'ScaledObject' }>('ScaledObject');
  const hpas = manifests.ofKind<IHorizontalPodAutoscaler & { kind: 'HorizontalPodAutoscaler' }>(
    'HorizontalPodAutoscaler',
  );
  if (scaled.length === 0 && hpas.length === 0) return [];
  const targets = [
    ...scaled.map(({ spec }) => spec.scaleTargetRef.name),
    ...hpas.map(({ spec }) => spec?.scaleTargetRef.name ?? ''),
  ];
  return [
    ...appNames.flatMap((app) => {
      const count = targets.filter((target) => target === app).length;
      return count === 1 ? [] : [`Deployment/${app}: is scaled by ${count} autoscalers`];
    }),
    ...fixedReplicas(manifests, targets),
    ...scaled.flatMap((object) => {
      const workload = manifests.deployments().find(({ name }) => name === object.spec.scaleTargetRef.name);
      const problems = workload ? scaledProblems(object, workload, manifests, facts) : ['its target is not there'];
      return problems.map((problem) => `ScaledObject/${object.metadata?.name}: ${problem}`);
    }),
  ];
};

/** A number in the manifest would be set again at each apply, under the autoscaler's hands. */
const fixedReplicas = (manifests: Manifests, targets: readonly string[]): string[] =>
  manifests
    .ofKind<IDeployment & { kind: 'Deployment' }>('Deployment')
    .filter(({ metadata, spec }) => spec?.replicas !== undefined && targets.includes(metadata?.name ?? ''))
    .map(({ metadata }) => `Deployment/${metadata?.name}: has replicas and an autoscaler`);

const scaledProblems = ({ spec }: IScaledObject, workload: Workload, manifests: Manifests, facts: Facts): string[] => {
  const app = SCALED[workload.name];
  if (!app) return ['does not work on messages'];
  const slots = numberOf(workload, manifests, facts, app.slotsVariable);
  const lag = spec.triggers.filter(({ type }) => type === 'nats-jetstream');
  const work = spec.triggers.filter(({ type }) => type === 'prometheus');
  const scaleDown = spec.advanced?.horizontalPodAutoscalerConfig?.behavior?.scaleDown;
  const stabilisationS = scaleDown?.stabilizationWindowSeconds ?? 0;
  const rules: [boolean, string][] = [
    [lag.length === 1, `has ${lag.length} triggers on the lag`],
    [work.length === (app.isInBacklog ? 1 : 0), `has ${work.length} triggers on the backlog`],
    [lag.length + work.length === spec.triggers.length, 'has a trigger of an unknown type'],
    [spec.triggers.every(({ metricType }) => metricType === 'AverageValue'), 'fallback needs AverageValue'],
    [spec.fallback?.behavior === 'currentReplicasIfHigher', 'takes pods away when its sources do not answer'],
    [stabilisationS >= MIN_STABILISATION_S, `shrinks after ${stabilisationS} s`],
    [stabilisationS <= MAX_STABILISATION_S, `waits ${stabilisationS} s to shrink, the HPA refuses that`],
    [(scaleDown?.policies ?? []).some(({ periodSeconds }) => periodSeconds >= 60), 'shrinks as fast as it likes'],
    [scaleDown?.selectPolicy !== 'Disabled', 'never shrinks'],
    [(spec.maxReplicaCount ?? 0) > (spec.minReplicaCount ?? 0), 'has no room to grow'],
  ];
  return [
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
    ...lag.flatMap((trigger) => lagProblems(trigger, app, slots, facts)),
    ...work.flatMap((trigger) => workProblems(trigger, app, slots, facts)),
  ];
};

const unknownKeys = ({ metadata }: Trigger, known: readonly string[]): string[] => [
  ...Object.keys(metadata)
    .filter((key) => !known.includes(key))
    .map((key) => `no trigger has a key ${key}`),
  ...known.filter((key) => !metadata[key]).map((key) => `its trigger has no ${key}`),
];

const lagProblems = (trigger: Trigger, app: ScaledApp, slots: number, facts: Facts): string[] => {
  const { stream, consumer, lagThreshold, natsServerMonitoringEndpoint, activationLagThreshold } = trigger.metadata;
  const threshold = Number(lagThreshold);
  const rules: [boolean, string][] = [
    [facts.consumers.get(stream)?.has(consumer) === true, `nobody creates a consumer ${consumer} of ${stream}`],
    [consumer === app.consumer, `looks at the consumer ${consumer}, its pods work for ${app.consumer}`],
    // the ready window of ADR 0014 holds fewer messages ahead than there are slots: with a larger threshold a full pool would never grow
    [threshold === slots, `${lagThreshold} messages a pod do not fit its ${slots} slots`],
    [activationLagThreshold === '0', 'does not wake up for one message'],
    // the leader of a consumer is found by the name of its pod; another server says that nothing waits
    [
      /^[a-z-]+-headless\.[a-z-]+\.svc\.cluster\.local:8222$/.test(natsServerMonitoringEndpoint),
      'asks no headless service',
    ],
  ];
  return [...unknownKeys(trigger, LAG_KEYS), ...rules.filter(([holds]) => !holds).map(([, problem]) => problem)];
};

const workProblems = (trigger: Trigger, app: ScaledApp, slots: number, facts: Facts): string[] => {
  const { query, threshold, ignoreNullValues } = trigger.metadata;
  const rules: [boolean, string][] = [
    [query.includes(`clipfleet_backlog_work_seconds{kind="${app.consumer}"`), `its query is not of ${app.consumer}`],
    [Number(threshold) > 0 && Number(threshold) % slots === 0, `${threshold} s a pod do not fit its ${slots} slots`],
    [ignoreNullValues === 'false', 'takes no answer for an empty backlog'],
  ];
  return [
    ...unknownKeys(trigger, WORK_KEYS),
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
    ...expressionProblems(query, facts.metrics),
  ];
};
