import { prometheusRule, rulesFile } from './rules/rule-files.js';

/** Files that are made from code and committed, by their path in the repository. */
export const generatedFiles = (): Record<string, string> => ({
  'deploy/prometheus/clipfleet.rules.yaml': rulesFile(),
  'deploy/k8s/components/monitoring/rules.yaml': prometheusRule(),
});
