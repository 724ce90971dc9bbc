import { type AppName, appNames, findFreePorts, startProcess, waitUntil } from '@clipfleet/local-stack';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import type { RuleGroup } from '../rules/rule.js';
import { rulesFile } from '../rules/rule-files.js';

export interface PrometheusOptions {
  binary: string;
  stateDirectory: string;
  /** `http://host:port` of each app's /metrics. */
  targets: Readonly<Record<AppName, string>>;
  /** Default: those that ship. */
  rules?: readonly RuleGroup[];
}

interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}
export interface ExemplarSeries {
  seriesLabels: Record<string, string>;
  exemplars: { labels: Record<string, string>; value: string }[];
}
export interface RuleState {
  name: string;
  type: 'alerting' | 'recording';
  health: string;
  lastError?: string;
  /** Of an alert. */
  state?: 'inactive' | 'pending' | 'firing';
  alerts?: { state: 'pending' | 'firing'; labels: Record<string, string> }[];
}

/** A real Prometheus that scrapes a fleet each second, with our rules, and the labels that k8s/components/monitoring gives. */
export const startPrometheus = async ({ binary, stateDirectory, targets, rules }: PrometheusOptions) => {
  const directory = path.join(stateDirectory, 'prometheus');
  await mkdir(directory, { recursive: true });
  const port = await findFreePorts(1);
  const configPath = path.join(directory, 'prometheus.yml');
  await writeFile(path.join(directory, 'rules.yml'), rulesFile(rules));
  await writeFile(configPath, configuration(targets));
  const args = [
    `--config.file=${configPath}`,
    `--storage.tsdb.path=${path.join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ];
  const child = startProcess({ name: 'prometheus', stateDirectory, command: binary, args, graceMs: 5_000 });
  const url = `http://127.0.0.1:${port}`;
  const ready = async (): Promise<boolean> => {
    child.assertRunning();
    return (await fetch(`${url}/-/ready`)).ok;
  };
  await waitUntil(ready, { timeoutMs: 30_000, what: 'Prometheus to be ready' });

  const get = async <T>(at: string): Promise<T> => {
    const body = (await (await fetch(`${url}${at}`)).json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${at}: ${body.error}`);
    return body.data;
  };
  return {
    stop: () => child.stop(),
    query: async (expr: string): Promise<Sample[]> =>
      (await get<{ result: Sample[] }>(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result,
    /** Of the last hour. */
    exemplars: async (selector: string): Promise<ExemplarSeries[]> => {
      const nowSeconds = Date.now() / 1000;
      const range = `start=${nowSeconds - 3_600}&end=${nowSeconds + 60}`;
      return get(`/api/v1/query_exemplars?query=${encodeURIComponent(selector)}&${range}`);
    },
    rules: async (): Promise<RuleState[]> =>
      (await get<{ groups: { rules: RuleState[] }[] }>('/api/v1/rules')).groups.flatMap(({ rules }) => rules),
  };
};
export type LivePrometheus = Awaited<ReturnType<typeof startPrometheus>>;

const configuration = (targets: PrometheusOptions['targets']): string =>
  stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s', external_labels: { cluster: 'local' } },
    rule_files: ['rules.yml'],
    scrape_configs: [
      {
        job_name: 'clipfleet',
        honor_labels: true,
        static_configs: appNames.map((app) => ({
          targets: [new URL(targets[app]).host],
          labels: { app, cluster: 'local', namespace: 'clipfleet', pod: `${app}-1` },
        })),
      },
    ],
  });
