import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { numberOf } from './environment.js';
import type { Policy } from './facts.js';

const PREFIX = 'nginx.ingress.kubernetes.io/';
/** Server-sent events say something at least so often (HEARTBEAT_MS of the gateway), and a controller is not to be as tight as that. */
const LONGEST_SILENCE_S = 60;

/** A controller's own limits are those of pages: files are larger, and events come slowly. */
export const ingress: Policy = (manifests, facts) => {
  const gateway = manifests.deployments().find(({ name }) => name === 'gateway');
  return manifests.ofKind<IIngress & { kind: 'Ingress' }>('Ingress').flatMap(({ metadata, spec }) => {
    const annotation = (name: string): string => metadata?.annotations?.[`${PREFIX}${name}`] ?? '';
    const waitS = gateway ? numberOf(gateway, manifests, facts, 'CLIPFLEET_SNAPSHOT_WAIT_MS') / 1000 : 0;
    const silenceS = Math.max(LONGEST_SILENCE_S, waitS);
    const rules: [boolean, string][] = [
      [Boolean(spec?.ingressClassName), 'is of no class: whether a controller takes it depends on the cluster'],
      [(spec?.tls ?? []).length > 0, 'shows tokens to everybody on the way'],
      // the gateway has limits of its own, one for API bodies and one for files
      [annotation('proxy-body-size') === '0', 'refuses bodies that the gateway takes'],
      [annotation('proxy-request-buffering') === 'off', 'keeps whole uploads before it passes them on'],
      [annotation('proxy-buffering') === 'off', 'keeps events back'],
      [Number(annotation('proxy-read-timeout')) > silenceS, `ends what is silent for ${silenceS} s`],
      [Number(annotation('proxy-send-timeout')) > silenceS, `ends uploads that pause for ${silenceS} s`],
    ];
    return rules.filter(([holds]) => !holds).map(([, problem]) => `Ingress/${metadata?.name}: ${problem}`);
  });
};
