import { type KubernetesObject, type Manifests, nameOf } from './manifests.js';

/** Which package knows the kinds of an API group. */
const packageOfGroup: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'postgresql.cnpg.io': '@kubernetes-models/cloudnative-pg',
};

/** `apps/v1` Deployment → `kubernetes-models/apps/v1/Deployment`. */
export const modelModuleOf = ({ apiVersion, kind }: KubernetesObject): string => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return [packageOfGroup[group] ?? 'kubernetes-models', group, version, kind].filter(Boolean).join('/');
};

type Model = new (data: unknown) => { validate: () => void };

/**
 * Wrong values, by the JSON schemas of the API servers: types, enumerations, patterns, what is required. An object that is in many
 * of the sets is looked at once.
 */
export const schemaProblems = async (sets: readonly Manifests[]): Promise<string[][]> => {
  const problems = new Map<KubernetesObject, string>();
  for (const object of new Set(sets.flatMap(({ objects }) => objects))) {
    const problem = await problemOf(object);
    if (problem) problems.set(object, `${nameOf(object)}: ${problem}`);
  }
  return sets.map(({ objects }) => objects.flatMap((object) => problems.get(object) ?? []));
};

const problemOf = async (object: KubernetesObject): Promise<string | undefined> => {
  let models: Record<string, Model>;
  try {
    models = (await import(modelModuleOf(object))) as Record<string, Model>;
  } catch {
    return `${object.apiVersion} has no kind ${object.kind} that we know`;
  }
  try {
    new models[object.kind](object).validate();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll('\n', '; ') : String(error);
  }
};
