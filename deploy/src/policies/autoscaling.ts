import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { appNames } from '@clipfleet/local-stack';
import type { Manifests, Workload } from '../kubernetes/manifests.js';
import { numberOf } from './environment.js';
import type { Facts, Policy } from './facts.js';
import { lagProblems, type ScaledApp, workProblems } from './triggers.js';

/** Apps that work on messages: what they take, and how many at once. */
const SCALED: Readonly<Record<string, ScaledApp>> = {
  planner: { consumer: 'plan', slotsVariable: 'CLIPFLEET_PLANNER_CONCURRENCY', isInBacklog: false, mayStay: true },
  'segment-worker': {
    consumer: 'segment',
    slotsVariable: 'CLIPFLEET_SEGMENT_WORKER_CONCURRENCY',
    isInBacklog: true,
    mayStay: false,
  },
  'transcode-worker': {
    consumer: 'transcode',
    slotsVariable: 'CLIPFLEET_TRANSCODE_WORKER_CONCURRENCY',
    isInBacklog: true,
    mayStay: false,
  },
  'thumb-worker': {
    consumer: 'thumb',
    slotsVariable: 'CLIPFLEET_THUMB_WORKER_CONCURRENCY',
    isInBacklog: true,
    mayStay: false,
  },
};

/** The HPA takes no more. */
const MAX_STABILISATION_S = 3600;
const MIN_STABILISATION_S = 120;
const MAX_POLLING_S = 30;
/** Pods that go may have work: so many a minute, or the smallest number there is. */
const MAX_SHRINK = { Percent: 20, Pods: 1 } as const;
const MIN_GATEWAYS = 2;

type Hpa = IHorizontalPodAutoscaler & { kind: 'HorizontalPodAutoscaler' };
type Rules = { stabilizationWindowSeconds?: number; selectPolicy?: string; policies?: readonly ShrinkPolicy[] };
type ShrinkPolicy = { type: string; value: number; periodSeconds: number };

/** In an overlay with autoscaling: each app has one, and its triggers read what there is. */
export const autoscaling: Policy = (manifests, facts) => {
  const scaled = manifests.ofKind<IScaledObject & { kind: 'ScaledObject' }>('ScaledObject');
  const hpas = manifests.ofKind<Hpa>('HorizontalPodAutoscaler');
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
    ...hpas.flatMap((hpa) =>
      hpaProblems(hpa).map((problem) => `HorizontalPodAutoscaler/${hpa.metadata?.name}: ${problem}`),
    ),
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

/** Only gateways take requests. What works on messages is asked for by messages. */
const hpaProblems = ({ spec }: Hpa): string[] => {
  const metrics = (spec?.metrics ?? []).map(
    ({ type, resource }) => `${type} ${resource?.name} ${resource?.target.type}`,
  );
  const utilisation = spec?.metrics?.[0]?.resource?.target.averageUtilization ?? 0;
  const rules: [boolean, string][] = [
    [spec?.scaleTargetRef.kind === 'Deployment' && spec.scaleTargetRef.name === 'gateway', 'is not of the gateway'],
    // their memory is caches, which do not shrink again
    [metrics.join() === 'Resource cpu Utilization', `looks at ${metrics.join() || 'nothing'}, not at the processor`],
    [utilisation >= 50 && utilisation <= 80, `keeps the processors ${utilisation} % busy`],
    [(spec?.minReplicas ?? 1) >= MIN_GATEWAYS, 'may leave one gateway, and none when its node goes'],
    [(spec?.maxReplicas ?? 0) > (spec?.minReplicas ?? 1), 'has no room to grow'],
  ];
  return [
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
    ...shrinkProblems(spec?.behavior?.scaleDown),
  ];
};

const scaledProblems = (object: IScaledObject, workload: Workload, manifests: Manifests, facts: Facts): string[] => {
  const { spec, metadata } = object;
  const app = SCALED[workload.name];
  if (!app) return ['does not work on messages'];
  const slots = numberOf(workload, manifests, facts, app.slotsVariable);
  const lag = spec.triggers.filter(({ type }) => type === 'nats-jetstream');
  const work = spec.triggers.filter(({ type }) => type === 'prometheus');
  const fewest = spec.minReplicaCount ?? 0;
  const behavior = spec.advanced?.horizontalPodAutoscalerConfig?.behavior;
  const rules: [boolean, string][] = [
    [lag.length === 1, `has ${lag.length} triggers on the lag`],
    [work.length === (app.isInBacklog ? 1 : 0), `has ${work.length} triggers on the backlog`],
    [lag.length + work.length === spec.triggers.length, 'has a trigger of an unknown type'],
    [spec.triggers.every(({ metricType }) => metricType === 'AverageValue'), 'fallback needs AverageValue'],
    [spec.fallback?.behavior === 'currentReplicasIfHigher', 'takes pods away when its sources do not answer'],
    [(spec.fallback?.replicas ?? 0) >= 1, 'does not start anything when its sources do not answer'],
    [(spec.pollingInterval ?? 30) <= MAX_POLLING_S, `looks every ${spec.pollingInterval} s`],
    [(spec.cooldownPeriod ?? 300) >= MIN_STABILISATION_S, `takes its last pod away after ${spec.cooldownPeriod} s`],
    [fewest === 0 || (app.mayStay && fewest > 1), `keeps ${fewest} pods when nothing is to be done`],
    [spec.idleReplicaCount === undefined, 'keeps idle pods'],
    [(spec.maxReplicaCount ?? 0) > fewest, 'has no room to grow'],
    [(behavior?.scaleUp?.stabilizationWindowSeconds ?? 0) === 0, 'does not grow at once'],
    [behavior?.scaleUp?.selectPolicy !== 'Disabled', 'never grows'],
  ];
  const place = { namespace: metadata?.namespace ?? '', slots, facts };
  return [
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
    ...shrinkProblems(behavior?.scaleDown, fewest === 0),
    ...lag.flatMap((trigger) => lagProblems(trigger, app, place)),
    ...work.flatMap((trigger) => workProblems(trigger, app, place)),
  ];
};

/** Which pod goes is not ours to choose: few at a time, after the need has been low for long. */
const shrinkProblems = (rules: Rules = {}, endsAtZero = false): string[] => {
  const { stabilizationWindowSeconds = 0, selectPolicy, policies = [] } = rules;
  const fast = policies.filter(({ type, value, periodSeconds }) => {
    const most = type === 'Percent' ? MAX_SHRINK.Percent : MAX_SHRINK.Pods;
    return (value * 60) / periodSeconds > most;
  });
  const checks: [boolean, string][] = [
    [stabilizationWindowSeconds >= MIN_STABILISATION_S, `shrinks after ${stabilizationWindowSeconds} s`],
    [
      stabilizationWindowSeconds <= MAX_STABILISATION_S,
      `waits ${stabilizationWindowSeconds} s to shrink, the HPA refuses that`,
    ],
    [policies.length > 0, 'shrinks as fast as it likes'],
    [
      fast.length === 0,
      `shrinks by ${fast.map(({ type, value, periodSeconds }) => `${value} ${type} in ${periodSeconds} s`).join(', ')}`,
    ],
    // components/long-tasks: KEDA takes all pods when nothing waits and nothing runs
    [selectPolicy !== 'Disabled' || endsAtZero, 'never shrinks'],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => problem);
};
