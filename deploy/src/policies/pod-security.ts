import type { Workload } from '../kubernetes/manifests.js';
import type { Policy } from './facts.js';

/** The profile `restricted` of the Pod Security Standards, and a root that cannot be written. */
export const podSecurity: Policy = (manifests) => [
  ...manifests.workloads().flatMap(workloadProblems),
  ...manifests
    .ofKind<{ kind: 'Namespace'; metadata: { name: string; labels?: Record<string, string> } }>('Namespace')
    .filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
    .map(({ metadata }) => `Namespace/${metadata.name}: does not enforce the restricted profile`),
];

const workloadProblems = ({ kind, name, pod, container }: Workload): string[] => {
  const rules: [boolean, string][] = [
    [pod.securityContext?.runAsNonRoot === true, 'may run as root'],
    [(pod.securityContext?.runAsUser ?? 0) > 0, 'has no user by number'],
    [pod.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile'],
    [pod.automountServiceAccountToken === false, 'gets a token of the API server'],
    [pod.serviceAccountName !== undefined, 'runs as the default service account'],
    [pod.hostNetwork !== true && pod.hostPID !== true && pod.hostIPC !== true, 'shares a namespace of the node'],
    [!pod.volumes?.some(({ hostPath }) => hostPath), 'mounts a path of the node'],
    [pod.containers.length === 1 && !pod.initContainers?.length, 'has containers that this gate does not look at'],
    [container.securityContext?.allowPrivilegeEscalation === false, 'may gain privileges'],
    [container.securityContext?.readOnlyRootFilesystem === true, 'can write its root'],
    [container.securityContext?.privileged !== true, 'is privileged'],
    [container.securityContext?.capabilities?.drop?.includes('ALL') === true, 'keeps capabilities'],
    [!container.securityContext?.capabilities?.add?.length, 'adds capabilities'],
    [/^[^:]+:(?!latest$)[^:]+$|@sha256:/.test(container.image ?? ''), `has no pinned image (${container.image})`],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => `${kind}/${name}: ${problem}`);
};
