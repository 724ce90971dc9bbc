import { type AppName, appNames } from '@clipfleet/local-stack';
import { startPrometheus } from '../prometheus/start-prometheus.js';
import type { RuleGroup } from '../rules/rule.js';
import { rulesFile } from '../rules/rule-files.js';

export interface LivePrometheusOptions {
  binary: string;
  stateDirectory: string;
  /** `http://host:port` of each app's /metrics. */
  targets: Readonly<Record<AppName, string>>;
  /** Default: those that ship. */
  rules?: readonly RuleGroup[];
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
export const startLivePrometheus = async ({ binary, stateDirectory, targets, rules }: LivePrometheusOptions) => {
  const configuration = configurationOf(targets);
  const prometheus = await startPrometheus({ binary, stateDirectory, configuration, rules: rulesFile(rules) });
  return {
    ...prometheus,
    /** Of the last hour. */
    exemplars: async (selector: string): Promise<ExemplarSeries[]> => {
      const nowSeconds = Date.now() / 1000;
      const range = `start=${nowSeconds - 3_600}&end=${nowSeconds + 60}`;
      return prometheus.get(`/api/v1/query_exemplars?query=${encodeURIComponent(selector)}&${range}`);
    },
    rules: async (): Promise<RuleState[]> => {
      const { groups } = await prometheus.get<{ groups: { rules: RuleState[] }[] }>('/api/v1/rules');
      return groups.flatMap((group) => group.rules);
    },
  };
};
export type LivePrometheus = Awaited<ReturnType<typeof startLivePrometheus>>;

const configurationOf = (targets: LivePrometheusOptions['targets']): Record<string, unknown> => ({
  global: { scrape_interval: '1s', evaluation_interval: '1s', external_labels: { cluster: 'local' } },
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
