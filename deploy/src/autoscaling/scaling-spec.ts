import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { Manifests } from '../kubernetes/manifests.js';

/** How fast a count may change: `Percent` of, or `Pods` more or fewer than, there were at the period's start. */
export interface ScalingPolicy {
  type: 'Percent' | 'Pods';
  value: number;
  periodS: number;
}

export interface ScalingRules {
  stabilizationS: number;
  selectPolicy: 'Max' | 'Min' | 'Disabled';
  policies: readonly ScalingPolicy[];
}

/** The lag of a consumer: what waits and what is worked on. */
export interface LagTrigger {
  type: 'nats-jetstream';
  name: string;
  account: string;
  stream: string;
  consumer: string;
  target: number;
  activation: number;
}

export interface QueryTrigger {
  type: 'prometheus';
  name: string;
  query: string;
  target: number;
  activation: number;
  ignoreNullValues: boolean;
}

export type ScalingTrigger = LagTrigger | QueryTrigger;

export interface Fallback {
  failureThreshold: number;
  replicas: number;
  behavior: 'static' | 'currentReplicas' | 'currentReplicasIfHigher' | 'currentReplicasIfLower';
}

/** A ScaledObject with the defaults of KEDA 2.20 and of the HPA (autoscaling/v2) where it says nothing. */
export interface ScalingSpec {
  /** The Deployment. */
  target: string;
  pollingS: number;
  cooldownS: number;
  minReplicas: number;
  maxReplicas: number;
  fallback?: Fallback;
  scaleUp: ScalingRules;
  scaleDown: ScalingRules;
  triggers: readonly ScalingTrigger[];
}

const KEDA_DEFAULTS = { pollingS: 30, cooldownS: 300, minReplicas: 0, maxReplicas: 100 } as const;
const HPA_DEFAULTS: Record<'scaleUp' | 'scaleDown', ScalingRules> = {
  scaleUp: {
    stabilizationS: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodS: 15 },
      { type: 'Percent', value: 100, periodS: 15 },
    ],
  },
  scaleDown: {
    stabilizationS: 300,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodS: 15 }],
  },
};

type Spec = IScaledObject['spec'];
type Behavior = NonNullable<
  NonNullable<NonNullable<NonNullable<Spec['advanced']>['horizontalPodAutoscalerConfig']>['behavior']>['scaleUp']
>;

/** Every ScaledObject of rendered manifests. Throws for what its reader does not know, rather than to leave it out. */
export const readScalingSpecs = (manifests: Manifests): ScalingSpec[] =>
  manifests.ofKind<IScaledObject & { kind: 'ScaledObject' }>('ScaledObject').map(({ spec }) => readSpec(spec));

const readSpec = (spec: Spec): ScalingSpec => {
  if (spec.idleReplicaCount !== undefined) throw new Error(`${spec.scaleTargetRef.name}: idle replicas are not known`);
  if (spec.advanced?.scalingModifiers) throw new Error(`${spec.scaleTargetRef.name}: scaling modifiers are not known`);
  const behavior = spec.advanced?.horizontalPodAutoscalerConfig?.behavior;
  return {
    target: spec.scaleTargetRef.name,
    pollingS: spec.pollingInterval ?? KEDA_DEFAULTS.pollingS,
    cooldownS: spec.cooldownPeriod ?? KEDA_DEFAULTS.cooldownS,
    minReplicas: spec.minReplicaCount ?? KEDA_DEFAULTS.minReplicas,
    maxReplicas: spec.maxReplicaCount ?? KEDA_DEFAULTS.maxReplicas,
    ...(spec.fallback && { fallback: readFallback(spec.fallback) }),
    scaleUp: readRules(behavior?.scaleUp, HPA_DEFAULTS.scaleUp),
    scaleDown: readRules(behavior?.scaleDown, HPA_DEFAULTS.scaleDown),
    triggers: spec.triggers.map(readTrigger),
  };
};

const readFallback = ({ failureThreshold, replicas, behavior }: NonNullable<Spec['fallback']>): Fallback => ({
  failureThreshold,
  replicas,
  behavior: behavior ?? 'static',
});

const readRules = (rules: Behavior | undefined, defaults: ScalingRules): ScalingRules => ({
  stabilizationS: rules?.stabilizationWindowSeconds ?? defaults.stabilizationS,
  selectPolicy: (rules?.selectPolicy as ScalingRules['selectPolicy']) ?? defaults.selectPolicy,
  policies:
    rules?.policies?.map(({ type, value, periodSeconds }) => {
      return { type: type as ScalingPolicy['type'], value, periodS: periodSeconds };
    }) ?? defaults.policies,
});

const readTrigger = (trigger: Spec['triggers'][number]): ScalingTrigger => {
  const { type, name = type, metricType = 'AverageValue', metadata } = trigger;
  if (metricType !== 'AverageValue') throw new Error(`trigger ${name}: ${metricType} is not known`);
  if (type === 'nats-jetstream') {
    const { account, stream, consumer, lagThreshold = '10', activationLagThreshold = '0' } = metadata;
    const numbers = { target: Number(lagThreshold), activation: Number(activationLagThreshold) };
    return { type, name, account, stream, consumer, ...numbers };
  }
  if (type === 'prometheus') {
    const { query, threshold, activationThreshold = '0', ignoreNullValues = 'true' } = metadata;
    const numbers = { target: Number(threshold), activation: Number(activationThreshold) };
    return { type, name, query, ...numbers, ignoreNullValues: ignoreNullValues === 'true' };
  }
  throw new Error(`trigger ${name}: the type ${type} is not known`);
};
