import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { appNames } from '@clipfleet/local-stack';
import { parse } from 'yaml';
import { dashboards } from '../dashboards/dashboards.js';
import { generatedFiles } from '../generated-files.js';
import type { Manifests } from '../kubernetes/manifests.js';
import { readExpression } from '../promql/expression.js';
import type { Facts, Policy } from './facts.js';

type PodMonitor = IPodMonitor & { kind: 'PodMonitor' };

/** Labels that the operator puts on the series of a pod; one of ours of the same name is renamed unless we say otherwise. */
const OPERATOR_LABELS = ['container', 'endpoint', 'instance', 'job', 'namespace', 'pod'];
/** The shortest window of a rule is 5 minutes, and a rate needs some samples in it. */
const MAX_INTERVAL_S = 30;
const SERVERS = ['nats', 'ledger'];

/** Every process is scraped, by labels that rules and panels know, and rules and dashboards are those of the code. */
export const monitoring: Policy = (manifests, facts) => {
  const monitors = manifests.ofKind<PodMonitor>('PodMonitor');
  if (monitors.length === 0) return [];
  const ours = monitors.find(({ metadata }) => metadata?.name === 'clipfleet');
  return [
    ...(ours ? problemsOf(ours, manifests, facts) : ['is not there']).map(
      (problem) => `PodMonitor/clipfleet: ${problem}`,
    ),
    ...SERVERS.filter((server) => !monitors.some(({ metadata }) => metadata?.name === server)).map(
      (server) => `PodMonitor/${server}: is not there, and nobody sees what its server tells`,
    ),
    ...monitors.flatMap(intervalProblems),
    ...rulesProblems(manifests),
    ...unreadRecordings(manifests),
    ...dashboardProblems(manifests),
  ];
};

const problemsOf = ({ spec }: IPodMonitor, manifests: Manifests, facts: Facts): string[] => {
  const apps = spec.selector.matchExpressions?.flatMap(({ values }) => values ?? []) ?? [];
  const endpoint = spec.podMetricsEndpoints?.[0];
  const labels = new Set([...facts.metrics.values()].flat());
  const clashing = OPERATOR_LABELS.filter((label) => labels.has(label));
  const relabelled = endpoint?.relabelings?.map(({ targetLabel }) => targetLabel) ?? [];
  const without = manifests
    .deployments()
    .filter(({ container }) => !container.ports?.some(({ name }) => name === endpoint?.port));
  return [
    ...appNames.filter((app) => !apps.includes(app)).map((app) => `does not scrape ${app}`),
    ...without.map(({ name }) => `asks for a port ${endpoint?.port}, which ${name} has not`),
    ...(endpoint?.path === '/metrics' ? [] : ['does not ask for /metrics']),
    ...(clashing.length > 0 && endpoint?.honorLabels !== true ? [`renames our label ${clashing.join(', ')}`] : []),
    ...(relabelled.includes('app') ? [] : ['does not tell the app apart']),
  ];
};

const intervalProblems = ({ metadata, spec }: PodMonitor): string[] =>
  (spec.podMetricsEndpoints ?? [])
    .filter(({ interval }) => !(secondsOf(interval) <= MAX_INTERVAL_S))
    .map(({ interval }) => `PodMonitor/${metadata?.name}: asks every ${interval}, rules need ${MAX_INTERVAL_S} s`);

const secondsOf = (duration: string | undefined): number => {
  const [, count, unit] = /^(\d+)(m?s)$/.exec(duration ?? '') ?? [];
  return Number(count) / (unit === 'ms' ? 1000 : 1);
};

type Rules = IPrometheusRule & { kind: 'PrometheusRule' };

const rulesProblems = (manifests: Manifests): string[] => {
  const generated = parse(filesOfCode()['deploy/k8s/components/monitoring/rules.yaml']) as IPrometheusRule;
  const given = manifests
    .ofKind<Rules>('PrometheusRule')
    .find(({ metadata }) => metadata?.name === generated.metadata?.name);
  return isDeepStrictEqual(given?.spec, generated.spec)
    ? []
    : ['PrometheusRule/clipfleet: is not what deploy/src/rules makes (npm run generate)'];
};

/** A recording costs Prometheus at each evaluation, whether an alert or a panel reads it or not. */
const unreadRecordings = (manifests: Manifests): string[] => {
  const rules = manifests
    .ofKind<Rules>('PrometheusRule')
    .flatMap(({ spec }) => spec?.groups?.flatMap((group) => group.rules ?? []) ?? []);
  const panels = dashboards.flatMap(({ rows }) => rows.flatMap((row) => row.panels));
  const isReadIn = (text: string, record: string): boolean =>
    readExpression(text).selectors.some(({ metric }) => metric === record);
  return rules
    .flatMap(({ record }) => record ?? [])
    .filter((record) => !rules.some(({ expr }) => isReadIn(String(expr), record)))
    .filter((record) => !panels.some(({ queries }) => queries.some(({ expr }) => isReadIn(expr, record))))
    .map((record) => `PrometheusRule/clipfleet: neither an alert nor a panel reads ${record}`);
};

/** Where there are dashboards, they are all of the code's, under names that stay: an old one beside the new could win. */
const dashboardProblems = (manifests: Manifests): string[] => {
  const maps = manifests
    .ofKind<IConfigMap & { kind: 'ConfigMap' }>('ConfigMap')
    .filter(({ metadata }) => metadata?.labels?.['grafana_dashboard'] === '1');
  if (maps.length === 0) return [];
  return Object.entries(filesOfCode())
    .filter(([file]) => file.startsWith('deploy/grafana/'))
    .flatMap(([file, content]) => {
      const { base, name } = path.parse(file);
      const data = maps.find(({ metadata }) => metadata?.name === name)?.data;
      return isDeepStrictEqual(data, { [base]: content })
        ? []
        : [`ConfigMap/${name}: is not the dashboard that deploy/src/dashboards makes`];
    });
};

let files: Record<string, string> | undefined;
const filesOfCode = (): Record<string, string> => (files ??= generatedFiles());
