import { describe, expect, it } from '@jest/globals';
import { inCluster } from './in-cluster.js';
import { readExpression } from './expression.js';

describe('an expression in the chosen clusters', () => {
  it.each([
    ['up', 'up{cluster=~"$cluster"}'],
    ['up{}', 'up{cluster=~"$cluster"}'],
    ['rate(a{b="c"}[5m])', 'rate(a{cluster=~"$cluster", b="c"}[5m])'],
    [
      'sum by (kind) (a) / (sum(b{kind=~"$kind"}) > 0)',
      'sum by (kind) (a{cluster=~"$cluster"}) / (sum(b{cluster=~"$cluster", kind=~"$kind"}) > 0)',
    ],
    ['1 - clipfleet:x:ratio_rate1h', '1 - clipfleet:x:ratio_rate1h{cluster=~"$cluster"}'],
  ])('%s', (text, expected) => {
    expect(inCluster(text)).toBe(expected);
    expect(() => readExpression(inCluster(text))).not.toThrow();
  });
});
