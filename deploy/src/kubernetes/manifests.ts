import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import { parseAllDocuments } from 'yaml';

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
}

/** What runs pods of ours: a Deployment, or the Job. */
export interface Workload {
  kind: 'Deployment' | 'Job';
  name: string;
  labels: Readonly<Record<string, string>>;
  pod: IPodSpec;
  /** The one container there is. */
  container: IContainer;
}

export const nameOf = (object: { kind?: string; metadata?: { name?: string } }): string =>
  `${object.kind}/${object.metadata?.name}`;

/** kustomize breaks long values of a Secret into lines; the API server reads them without. */
const unfolded = (object: KubernetesObject & { data?: Record<string, string> }): KubernetesObject => {
  if (object.kind !== 'Secret' || !object.data) return object;
  const entries = Object.entries(object.data).map(([key, value]) => [key, value.replaceAll(/\s/g, '')]);
  return { ...object, data: Object.fromEntries(entries) as Record<string, string> } as KubernetesObject;
};

/** What `kubectl kustomize` prints of one overlay. */
export class Manifests {
  constructor(readonly objects: readonly KubernetesObject[]) {}

  static parse(yaml: string): Manifests {
    return new Manifests(parseAllDocuments(yaml).map((document) => unfolded(document.toJS() as KubernetesObject)));
  }

  /** The caller says the type that goes with the kind: the strict types have been checked before. */
  ofKind<T extends { kind: string }>(kind: T['kind']): T[] {
    return this.objects.filter((object) => object.kind === kind) as unknown as T[];
  }

  has(kind: string, name: string): boolean {
    return this.objects.some((object) => object.kind === kind && object.metadata.name === name);
  }

  workloads(): Workload[] {
    const deployments = this.ofKind<IDeployment>('Deployment');
    const jobs = this.ofKind<IJob>('Job');
    return [...deployments, ...jobs].map(({ kind, metadata, spec }) => ({
      kind,
      name: metadata?.name ?? '',
      labels: spec?.template.metadata?.labels ?? {},
      pod: spec?.template.spec ?? { containers: [] },
      container: spec?.template.spec?.containers[0] ?? { name: '' },
    }));
  }

  deployments(): Workload[] {
    return this.workloads().filter(({ kind }) => kind === 'Deployment');
  }

  configMapData(name: string): Record<string, string> | undefined {
    return this.ofKind<IConfigMap>('ConfigMap').find(({ metadata }) => metadata?.name === name)?.data;
  }

  secretData(name: string): Record<string, string> | undefined {
    const secret = this.ofKind<ISecret>('Secret').find(({ metadata }) => metadata?.name === name);
    if (!secret) return undefined;
    const decoded = Object.entries(secret.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]);
    return { ...(Object.fromEntries(decoded) as Record<string, string>), ...secret.stringData };
  }
}
