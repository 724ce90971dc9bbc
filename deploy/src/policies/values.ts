import { NATS_ACCOUNT } from '@clipfleet/local-stack';
import { nats, type NatsValues } from '../charts/nats.js';
import { readValues } from '../charts/values.js';
import type { Manifests } from '../kubernetes/manifests.js';
import type { Facts } from './facts.js';
import { quantityOf } from './quantity.js';

/** As they come to for production, or with one of the files that are laid over them. */
export const readNatsValues = (file = 'nats.yaml'): NatsValues =>
  nats.values.parse(readValues(nats).get(file)) as NatsValues;

/** What production expects of NATS, and what its chart is told. */
export const natsValuesProblems = (values: NatsValues, production: Manifests, facts: Facts): string[] => {
  const { cluster, merge } = values.config;
  const copies = production.objects
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('clipfleet-fleet'))
    .map(({ metadata }) => Number(production.configMapData(metadata.name)?.['CLIPFLEET_NATS_REPLICAS']));
  const megabytes = `<< ${facts.maxPayloadBytes / 2 ** 20}MB >>`;
  const rules: [boolean, string][] = [
    [cluster.replicas === 3 && copies[0] === 3, `keeps ${copies[0]} copies of a stream in ${cluster.replicas} servers`],
    [merge.max_payload === megabytes, `takes messages of ${merge.max_payload}, the fleet needs ${megabytes}`],
  ];
  return [
    ...rules.filter(([holds]) => !holds).map(([, problem]) => `values/nats.yaml: ${problem}`),
    ...natsLimitProblems(values, 'nats.yaml'),
  ];
};

/** The servers can keep what they are told that they may take. */
export const natsLimitProblems = ({ config, container }: NatsValues, file: string): string[] => {
  const servers = config.cluster.enabled ? config.cluster.replicas : 1;
  const diskBytes = servers * (quantityOf(config.jetstream.fileStore.pvc.size) ?? 0);
  const storeBytes = bytesOf(config.merge.accounts[NATS_ACCOUNT].jetstream.max_store);
  const memoryBytes = quantityOf(container.merge.resources.limits.memory) ?? 0;
  const heapBytes = Number.parseInt(container.env.GOMEMLIMIT, 10) * 2 ** 20;
  const rules: [boolean, string][] = [
    [storeBytes <= diskBytes, `lets ${NATS_ACCOUNT} store ${storeBytes} bytes, the disks have ${diskBytes}`],
    [heapBytes < memoryBytes, `GOMEMLIMIT is ${heapBytes} bytes, the container has ${memoryBytes}`],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => `values/${file}: ${problem}`);
};

/** `<< 8MB >>`: NATS means 1024 × 1024 by it. */
const bytesOf = (raw: string): number => {
  const [, count, unit] = /^<< (\d+)(MB|GB) >>$/.exec(raw) ?? [];
  return Number(count) * (unit === 'GB' ? 2 ** 30 : 2 ** 20);
};
