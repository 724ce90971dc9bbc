import { expressionProblems, type KnownMetrics } from '../promql/known-metrics.js';
import { fleetAlerts, fleetRecordings } from './fleet.js';
import { type AlertRule, isAlert, type RuleGroup } from './rule.js';
import { serverAlerts } from './servers.js';
import { sloAlerts, sloRecordings } from './slo.js';

export const ruleGroups: readonly RuleGroup[] = [
  { name: 'clipfleet-slo', rules: [...sloRecordings, ...sloAlerts] },
  { name: 'clipfleet', rules: [...fleetRecordings, ...fleetAlerts, ...serverAlerts] },
];

export const alerts: readonly AlertRule[] = ruleGroups.flatMap(({ rules }) => rules.filter(isAlert));

/** The series that rules make, with their labels. */
export const recordedMetrics: KnownMetrics = new Map(
  ruleGroups.flatMap(({ rules }) =>
    rules.flatMap((rule): [string, readonly string[]][] => (isAlert(rule) ? [] : [[rule.record, rule.by]])),
  ),
);

/** An operator's copy of docs/runbooks.md: deploy/README.md says how to set another address. */
const RUNBOOKS_URL = 'https://clipfleet.example.com/docs/runbooks.md';

/** Where the runbook of an alert stands: a heading's anchor. Absolute, as Alertmanager and Grafana make a link of it. */
export const runbookUrlOf = ({ alert }: AlertRule): string => `${RUNBOOKS_URL}#${alert.toLowerCase()}`;

/** Rules that speak of what nobody tells, and alerts without a section in the runbooks. */
export const ruleProblems = (known: KnownMetrics, runbooks: string): string[] => [
  ...ruleGroups.flatMap(({ rules }) =>
    rules.flatMap((rule) => {
      const name = isAlert(rule) ? rule.alert : rule.record;
      return expressionProblems(rule.expr, known, recordedMetrics).map((problem) => `rule ${name}: ${problem}`);
    }),
  ),
  ...alerts
    .filter(({ alert }) => !new RegExp(`^## ${alert}$`, 'm').test(runbooks))
    .map(({ alert }) => `rule ${alert}: docs/runbooks.md has no section of this name`),
];
