import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { NATS_ACCOUNT } from '@clipfleet/local-stack';
import { expressionProblems } from '../promql/known-metrics.js';
import type { Facts } from './facts.js';
import { natsPorts, PROMETHEUS_ADDRESS } from './servers.js';

export interface ScaledApp {
  consumer: string;
  slotsVariable: string;
  /** Whether the gateways know the work that is left of it. */
  isInBacklog: boolean;
  /** Whether some of it may always be there, although nothing is to be done. */
  mayStay: boolean;
}

export type Trigger = IScaledObject['spec']['triggers'][number];

/** What a pod is given of the backlog is done in so long by each of its slots, at most. */
const MAX_SECONDS_PER_SLOT = 120;

/** Reasons for values, for who finds another one in his manifest. */
const WHY: Readonly<Record<string, string>> = {
  natsServerMonitoringEndpoint:
    'the leader of a consumer is found by the name of its pod, through the headless Service',
  lagThreshold:
    'the ready window (ADR 0014) holds fewer messages ahead than there are slots, so each message wants one',
  activationLagThreshold: 'one message is enough to wake up',
  activationThreshold: 'one task is enough to wake up',
  query: 'every gateway tells the same ledger',
  ignoreNullValues: 'no answer is not an empty backlog',
};

/** On the lag of the app's consumer, as the code names it, at the monitoring port of our NATS. */
export const lagProblems = ({ metadata }: Trigger, app: ScaledApp, place: TriggerPlace): string[] => {
  const stream = [...place.facts.consumers].find(([, consumers]) => consumers.has(app.consumer))?.[0] ?? '';
  return differences(metadata, {
    natsServerMonitoringEndpoint: `nats-headless.${place.namespace}.svc.cluster.local:${natsPorts().monitor}`,
    account: NATS_ACCOUNT,
    stream,
    consumer: app.consumer,
    lagThreshold: String(place.slots),
    activationLagThreshold: '0',
    useHttps: 'false',
  });
};

/** On the work that the ledger of this namespace still has. */
export const workProblems = ({ metadata }: Trigger, app: ScaledApp, place: TriggerPlace): string[] => {
  const { threshold, query } = metadata;
  const perSlotS = Number(threshold) / place.slots;
  const fits = Number.isInteger(perSlotS) && perSlotS > 0 && perSlotS <= MAX_SECONDS_PER_SLOT;
  return [
    ...differences(metadata, {
      serverAddress: PROMETHEUS_ADDRESS,
      query: `max(clipfleet_backlog_work_seconds{kind="${app.consumer}", namespace="${place.namespace}"})`,
      threshold,
      activationThreshold: '0',
      ignoreNullValues: 'false',
    }),
    ...(fits ? [] : [`${threshold} s a pod do not fit its ${place.slots} slots`]),
    ...expressionProblems(query, place.facts.metrics),
  ];
};

export interface TriggerPlace {
  namespace: string;
  slots: number;
  facts: Facts;
}

const differences = (given: Trigger['metadata'], wanted: Readonly<Record<string, string>>): string[] => [
  ...Object.keys(given)
    .filter((key) => !(key in wanted))
    .map((key) => `no trigger has a key ${key}`),
  ...Object.entries(wanted)
    .filter(([key, value]) => given[key] !== value)
    .map(([key, value]) => `its ${key} is ${given[key]} instead of ${value}${WHY[key] ? `: ${WHY[key]}` : ''}`),
];
