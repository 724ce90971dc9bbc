import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '@clipfleet/local-stack';
import { parseAllDocuments } from 'yaml';
import { quantityOf } from '../policies/quantity.js';

/** How far the manifests let a fleet grow. */
export interface ManifestLimits {
  gatewayPods: number;
  plannerPods: number;
  segmentWorkerPods: number;
  transcodeWorkerPods: number;
  ledgerBytes: number;
  runningExports: number;
}

type Document = Record<string, unknown> | undefined;

const read = (file: string): string => readFileSync(path.join(repositoryRoot, 'deploy/k8s', file), 'utf8');

/** The first quantity at `keys` of an object that the files hold. */
const numberIn = (files: readonly string[], kind: string, name: string, keys: readonly string[]): number => {
  const documents = files.flatMap((file) => parseAllDocuments(read(file)).map((each) => each.toJS() as Document));
  const number = documents
    .filter((each) => each?.['kind'] === kind && (each['metadata'] as { name: string }).name === name)
    .map((each) => keys.reduce<unknown>((at, key) => (at as Document)?.[key], each))
    .map((value) => quantityOf(value as string | number | undefined))
    .find((quantity) => quantity !== undefined);
  if (number === undefined) throw new Error(`${files.join(', ')}: no ${kind}/${name} with ${keys.join('.')}`);
  return number;
};

/** Of `production`, or of it with `large`, whose patches come first. */
export const manifestLimits = (isLarge: boolean): ManifestLimits => {
  const files = (...all: string[]): string[] => all.filter((file) => isLarge || !file.includes('/large/'));
  const most = (app: string): number =>
    numberIn(files('components/large/workers.yaml', `components/autoscaling/${app}.yaml`), 'ScaledObject', app, [
      'spec',
      'maxReplicaCount',
    ]);
  const environment = read(isLarge ? 'components/large/kustomization.yaml' : 'base/config/gateway.env');
  return {
    gatewayPods: numberIn(
      files('components/large/gateway.yaml', 'components/autoscaling/gateway.yaml'),
      'HorizontalPodAutoscaler',
      'gateway',
      ['spec', 'maxReplicas'],
    ),
    plannerPods: most('planner'),
    segmentWorkerPods: most('segment-worker'),
    transcodeWorkerPods: most('transcode-worker'),
    ledgerBytes: numberIn(
      files('components/large/ledger.yaml', 'components/ledger/cluster.yaml'),
      'Cluster',
      'clipfleet-ledger',
      ['spec', 'storage', 'size'],
    ),
    runningExports: Number(/CLIPFLEET_MAX_RUNNING_EXPORTS=(\d+)/.exec(environment)?.[1]),
  };
};

/** What pods of an app request of memory. */
export const podMemoryBytes = (app: string): number => {
  const file = `base/apps/${app}.yaml`;
  const [, quantity] = /requests: \{[^}]*memory: (\w+)/.exec(read(file)) ?? [];
  const bytes = quantityOf(quantity);
  if (bytes === undefined) throw new Error(`${file} requests no memory`);
  return bytes;
};
