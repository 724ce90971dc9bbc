/** A series of its own, computed by Prometheus at each evaluation. */
export interface RecordingRule {
  /** `clipfleet:what:operation`, by the conventions of Prometheus. */
  record: string;
  expr: string;
  /** Labels that its series have beside `cluster`. */
  by: readonly string[];
}

export interface AlertRule {
  alert: string;
  expr: string;
  /** How long it must hold. */
  for: string;
  /** `page`: somebody gets up; `ticket`: somebody looks at it in the day. */
  severity: 'page' | 'ticket';
  summary: string;
  description: string;
}

export interface RuleGroup {
  name: string;
  interval?: string;
  rules: readonly (RecordingRule | AlertRule)[];
}

export const isAlert = (rule: RecordingRule | AlertRule): rule is AlertRule => 'alert' in rule;
