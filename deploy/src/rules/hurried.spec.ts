import { describe, expect, it } from '@jest/globals';
import { hurried } from './hurried.js';
import { isAlert, type RuleGroup } from './rule.js';
import { ruleGroups } from './rules.js';

const texts = { severity: 'page', summary: '', description: '' } as const;
const groupOf = (expr: string, time: string): RuleGroup[] => [
  { name: 'g', rules: [{ alert: 'A', expr, for: time, ...texts }] },
];

describe('rules in a hurry', () => {
  it.each([
    ['rate(a[5m]) > 0.02', '2m', 'rate(a[5s]) > 0.02', '2s'],
    ['x:ratio_rate1h > 0.1 and x:ratio_rate5m > 0.1', '0m', 'x:ratio_rate1h > 0.1 and x:ratio_rate5m > 0.1', '0s'],
    ['a unless a offset 15m > 0', '0m', 'a unless a offset 15s > 0', '0s'],
    ['increase(a{le="300"}[3d]) / rate(b[1h])', '1h', 'increase(a{le="300"}[4320s]) / rate(b[60s])', '60s'],
  ])('have a sixtieth of the time: %s for %s', (expr, time, hurriedExpr, hurriedTime) => {
    expect(hurried(groupOf(expr, time))).toEqual(groupOf(hurriedExpr, hurriedTime));
  });

  it('refuse a time that would be no whole number of seconds', () => {
    expect(() => hurried(groupOf('a', '90s'))).toThrow('90s has no sixtieth');
  });

  it('are otherwise those that ship', () => {
    const withoutTimes = (groups: readonly RuleGroup[]) =>
      groups.map(({ name, rules }) => ({
        name,
        rules: rules.map((rule) => ({
          ...rule,
          expr: rule.expr.replaceAll(/\[[^\]]*\]| offset \w+/g, '[]'),
          ...(isAlert(rule) && { for: '' }),
        })),
      }));
    expect(withoutTimes(hurried(ruleGroups))).toEqual(withoutTimes(ruleGroups));
  });
});
