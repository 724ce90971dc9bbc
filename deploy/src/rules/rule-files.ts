import { stringify } from 'yaml';
import { isAlert, type RuleGroup } from './rule.js';
import { ruleGroups, runbookUrlOf } from './rules.js';

const NOTE = '# Made from deploy/src/rules by `npm run generate`; do not edit.\n';

const written = (groups: readonly RuleGroup[]) =>
  groups.map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) =>
      isAlert(rule)
        ? {
            alert: rule.alert,
            expr: rule.expr,
            for: rule.for,
            labels: { severity: rule.severity },
            annotations: { summary: rule.summary, description: rule.description, runbook_url: runbookUrlOf(rule) },
          }
        : { record: rule.record, expr: rule.expr },
    ),
  }));

const toYaml = (document: unknown): string => NOTE + stringify(document, { singleQuote: true, lineWidth: 0 });

/** For any Prometheus, and for promtool. */
export const rulesFile = (groups: readonly RuleGroup[] = ruleGroups): string => toYaml({ groups: written(groups) });

/** The same, for the Prometheus operator. */
export const prometheusRule = (): string =>
  toYaml({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'clipfleet' },
    spec: { groups: written(ruleGroups) },
  });
