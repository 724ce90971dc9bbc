import { capacityDocument } from './capacity/capacity-document.js';
import { natsUsersFile } from './charts/nats-users.js';
import { buildDashboard } from './dashboards/dashboard-file.js';
import { dashboards } from './dashboards/dashboards.js';
import { prometheusRule, rulesFile } from './rules/rule-files.js';

/** Files that are made from code and committed, by their path in the repository. */
export const generatedFiles = (): Record<string, string> => ({
  'deploy/prometheus/clipfleet.rules.yaml': rulesFile(),
  'deploy/k8s/components/monitoring/rules.yaml': prometheusRule(),
  'docs/capacity.md': capacityDocument(),
  'deploy/values/nats-users.yaml': natsUsersFile(),
  ...Object.fromEntries(
    dashboards.map((spec) => [`deploy/grafana/${spec.uid}.json`, `${JSON.stringify(buildDashboard(spec), null, 2)}\n`]),
  ),
});
