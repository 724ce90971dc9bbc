import type { IProbe } from 'kubernetes-models/v1/Probe';
import type { Workload } from '../kubernetes/manifests.js';
import type { Policy } from './facts.js';

/** A check of readiness takes up to 2 s by itself (`Readiness` of libs/platform). */
const MIN_TIMEOUT_S = 3;
/** A loop that is busy for a moment is not dead. */
const MIN_DEAD_AFTER_S = 30;
/** Servers that start together with it take their time, and it restarts into nothing else. */
const MIN_START_S = 60;

/** Liveness asks whether the process turns, readiness whether it can work: who mixes them restarts what is only waiting. */
export const probes: Policy = (manifests) => manifests.deployments().flatMap(workloadProblems);

const workloadProblems = ({ name, container }: Workload): string[] => {
  const { livenessProbe, readinessProbe, startupProbe, ports = [] } = container;
  const portNames = ports.map((port) => port.name);
  const asks = (probe: IProbe | undefined, path: string): boolean =>
    probe?.httpGet?.path === path && typeof probe.httpGet.port === 'string' && portNames.includes(probe.httpGet.port);
  const deadAfterS = (livenessProbe?.periodSeconds ?? 10) * (livenessProbe?.failureThreshold ?? 3);
  const startS = (startupProbe?.periodSeconds ?? 10) * (startupProbe?.failureThreshold ?? 3);
  const isPatient = [livenessProbe, readinessProbe, startupProbe].every(
    (probe) => (probe?.timeoutSeconds ?? 1) >= MIN_TIMEOUT_S,
  );
  const rules: [boolean, string][] = [
    [asks(livenessProbe, '/healthz'), 'its liveness is not /healthz of a port it has'],
    [asks(readinessProbe, '/readyz'), 'its readiness is not /readyz of a port it has'],
    [asks(startupProbe, '/healthz'), 'its start is not waited for by /healthz of a port it has'],
    [isPatient, `a probe has less than ${MIN_TIMEOUT_S} s`],
    [deadAfterS >= MIN_DEAD_AFTER_S, `is taken for dead after ${deadAfterS} s`],
    [startS >= MIN_START_S, `has ${startS} s to start`],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => `Deployment/${name}: ${problem}`);
};
