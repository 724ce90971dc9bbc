import type { Workload } from '../kubernetes/manifests.js';
import type { Policy } from './facts.js';

/** The profile `restricted` of the Pod Security Standards, and a root that cannot be written. */
export const podSecurity: Policy = (manifests) => [
  ...manifests.workloads().flatMap(workloadProblems),
  ...(manifests.objects.some(({ kind }) => kind === 'Namespace')
    ? []
    : ['there is no Namespace that enforces a profile']),
  ...manifests
    .ofKind<{ kind: 'Namespace'; metadata: { name: string; labels?: Record<string, string> } }>('Namespace')
    .filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
    .map(({ metadata }) => `Namespace/${metadata.name}: does not enforce the restricted profile`),
];

const workloadProblems = ({ kind, name, pod, container }: Workload): string[] => {
  // what the container says counts, also where it says less
  const context = { ...pod.securityContext, ...container.securityContext };
  const rules: [boolean, string][] = [
    [context.runAsNonRoot === true, 'may run as root'],
    [(context.runAsUser ?? 0) > 0, 'has no user by number'],
    [(context.runAsGroup ?? 0) > 0, 'has no group by number'],
    [context.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile'],
    [pod.automountServiceAccountToken === false, 'gets a token of the API server'],
    [pod.serviceAccountName !== undefined, 'runs as the default service account'],
    [pod.hostNetwork !== true && pod.hostPID !== true && pod.hostIPC !== true, 'shares a namespace of the node'],
    [!container.ports?.some(({ hostPort }) => hostPort), 'takes a port of the node'],
    [!pod.volumes?.some(({ hostPath }) => hostPath), 'mounts a path of the node'],
    [pod.containers.length === 1 && !pod.initContainers?.length, 'has containers that this gate does not look at'],
    [context.allowPrivilegeEscalation === false, 'may gain privileges'],
    [context.readOnlyRootFilesystem === true, 'can write its root'],
    [context.privileged !== true, 'is privileged'],
    [context.capabilities?.drop?.includes('ALL') === true, 'keeps capabilities'],
    [!context.capabilities?.add?.length, 'adds capabilities'],
    [(context.procMount ?? 'Default') === 'Default', 'sees all of /proc'],
    [/^[^:]+:(?!latest$)[^:]+$|@sha256:/.test(container.image ?? ''), `has no pinned image (${container.image})`],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => `${kind}/${name}: ${problem}`);
};
