import type { IScheduledBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { IService } from 'kubernetes-models/v1/Service';
import type { Manifests } from '../kubernetes/manifests.js';
import type { Policy } from './facts.js';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Names that other objects use are those of objects that are there. */
export const references: Policy = (manifests) => [
  ...manifests.objects
    .filter(({ metadata }) => !DNS_LABEL.test(metadata.name))
    .map(({ kind, metadata }) => `${kind}/${metadata.name}: is not a name`),
  ...manifests.workloads().flatMap(({ kind, name, pod }) => {
    const claims = (pod.volumes ?? []).map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName);
    const needed = [
      ['ServiceAccount', pod.serviceAccountName ?? ''],
      ...claims.filter((claim) => claim !== undefined).map((claim) => ['PersistentVolumeClaim', claim]),
      ...(name === 'gateway' ? [['Service', name]] : []),
    ];
    return needed
      .filter(([needs, its]) => !manifests.has(needs, its))
      .map(([needs, its]) => `${kind}/${name}: there is no ${needs}/${its}`);
  }),
  ...manifests
    .ofKind<IService & { kind: 'Service' }>('Service')
    .flatMap((service) => serviceProblems(service, manifests)),
  ...manifests
    .ofKind<IScheduledBackup & { kind: 'ScheduledBackup' }>('ScheduledBackup')
    .filter(({ spec }) => !manifests.has('Cluster', spec.cluster.name))
    .map(({ metadata, spec }) => `ScheduledBackup/${metadata?.name}: there is no Cluster/${spec.cluster.name}`),
  ...manifests
    .ofKind<IIngress & { kind: 'Ingress' }>('Ingress')
    .flatMap((ingress) => ingressProblems(ingress, manifests)),
];

const serviceProblems = ({ metadata, spec }: IService, manifests: Manifests): string[] => {
  const selector = Object.entries(spec?.selector ?? {});
  const targets = manifests
    .deployments()
    .filter(({ labels }) => selector.every(([key, value]) => labels[key] === value));
  const name = `Service/${metadata?.name}`;
  if (selector.length === 0 || targets.length !== 1) return [`${name}: selects ${targets.length} deployments`];
  const portNames = targets[0].container.ports?.map((port) => port.name) ?? [];
  return (spec?.ports ?? [])
    .filter(({ targetPort }) => !portNames.includes(String(targetPort)))
    .map(({ targetPort }) => `${name}: no port of its pods is called ${targetPort}`);
};

const ingressProblems = ({ metadata, spec }: IIngress, manifests: Manifests): string[] =>
  (spec?.rules ?? [])
    .flatMap((rule) => rule.http?.paths ?? [])
    .flatMap(({ backend }) => {
      const service = manifests
        .ofKind<IService & { kind: 'Service' }>('Service')
        .find((each) => each.metadata?.name === backend.service?.name);
      const hasPort = service?.spec?.ports?.some(({ name }) => name === backend.service?.port?.name);
      return hasPort ? [] : [`Ingress/${metadata?.name}: no service ${backend.service?.name} with such a port`];
    });
