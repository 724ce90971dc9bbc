import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NATS_ACCOUNT, repositoryRoot } from '@clipfleet/local-stack';
import { parse } from 'yaml';
import type { Manifests } from '../kubernetes/manifests.js';
import type { Facts } from './facts.js';
import { quantityOf } from './quantity.js';

interface NatsValues {
  config: {
    cluster: { replicas: number };
    monitor: { enabled: boolean; port: number };
    jetstream: { fileStore: { enabled: boolean; pvc: { size: string } } };
    merge: { max_payload: string; accounts: Record<string, { jetstream: { max_store: string } } | undefined> };
  };
  promExporter: { enabled: boolean; port: number };
  podTemplate: { merge: { spec: { securityContext: { runAsNonRoot: boolean } } } };
}

export const readNatsValues = (): NatsValues =>
  parse(readFileSync(path.join(repositoryRoot, 'deploy/values/nats.yaml'), 'utf8')) as NatsValues;

/** What production expects of NATS, and what its chart is told. */
export const natsValuesProblems = (values: NatsValues, production: Manifests, facts: Facts): string[] => {
  const { cluster, monitor, jetstream, merge } = values.config;
  const copies = production.objects
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('clipfleet-fleet'))
    .map(({ metadata }) => Number(production.configMapData(metadata.name)?.['CLIPFLEET_NATS_REPLICAS']));
  const megabytes = `<< ${facts.maxPayloadBytes / 2 ** 20}MB >>`;
  const diskBytes = cluster.replicas * (quantityOf(jetstream.fileStore.pvc.size) ?? 0);
  const storeBytes = bytesOf(merge.accounts[NATS_ACCOUNT]?.jetstream.max_store);
  const rules: [boolean, string][] = [
    [cluster.replicas === 3 && copies[0] === 3, `keeps ${copies[0]} copies of a stream in ${cluster.replicas} servers`],
    [monitor.enabled, 'does not tell the lag where the triggers ask'],
    [jetstream.fileStore.enabled, 'keeps streams in memory'],
    [storeBytes <= diskBytes, `lets ${NATS_ACCOUNT} store ${storeBytes} bytes, the disks have ${diskBytes}`],
    [values.promExporter.enabled, 'tells Prometheus nothing'],
    [merge.max_payload === megabytes, `takes messages of ${merge.max_payload}, the fleet needs ${megabytes}`],
    [values.podTemplate.merge.spec.securityContext.runAsNonRoot, 'runs as root'],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => `values/nats.yaml: ${problem}`);
};

/** `<< 8MB >>`, as the chart writes it into the server's configuration; NATS means 1024 × 1024 by it. */
const bytesOf = (raw: string | undefined): number => {
  const [, count, unit] = /^<< (\d+)(MB|GB) >>$/.exec(raw ?? '') ?? [];
  return Number(count) * (unit === 'GB' ? 2 ** 30 : 2 ** 20);
};
