import { describe, expect, it } from '@jest/globals';
import type { ScalingPolicy, ScalingRules } from '@clipfleet/deploy';
import { scaleDownLimit, type ScaleEvent, scaleUpLimit } from './scaling-limits.js';

const percent = (value: number, periodS: number): ScalingPolicy => ({ type: 'Percent', value, periodS });
const pods = (value: number, periodS: number): ScalingPolicy => ({ type: 'Pods', value, periodS });
const rules = (selectPolicy: ScalingRules['selectPolicy'], ...policies: ScalingPolicy[]): ScalingRules => {
  return { stabilizationS: 0, selectPolicy, policies };
};
const NOW_S = 1000;
const ago = (seconds: number, change: number): ScaleEvent => ({ atS: NOW_S - seconds, change });

describe('scaleUpLimit', () => {
  const ours = rules('Max', percent(100, 15), pods(8, 15));

  it.each([
    ['8 more while that is more than twice as many', ours, 1, [], 9],
    ['twice as many from then on', ours, 20, [], 40],
    ['no more than once a period', ours, 9, [ago(5, 8)], 9],
    ['the rest of a period', ours, 5, [ago(5, 4)], 9],
    ['again after the period', ours, 9, [ago(15, 8)], 18],
    ['what was taken away within the period is counted back', ours, 10, [ago(5, -2)], 24],
    ['rounded up', rules('Max', percent(10, 60)), 1, [], 2],
    ['the smaller change with Min', rules('Min', percent(100, 15), pods(8, 15)), 1, [], 2],
    ['nothing when disabled', rules('Disabled', pods(8, 15)), 3, [], 3],
    ['never below what there is', rules('Max', pods(1, 60)), 9, [ago(5, 6)], 9],
  ])('is %s', (_, given, current, events, limit) => {
    expect(scaleUpLimit(given, current, events, NOW_S)).toBe(limit);
  });
});

describe('scaleDownLimit', () => {
  const ours = rules('Max', percent(20, 60), pods(1, 60));

  it.each([
    ['a fifth less', ours, 40, [], 32],
    ['one less where a fifth is less than that', ours, 3, [], 2],
    ['rounded towards the larger change', ours, 9, [], 7],
    ['once a minute', ours, 32, [ago(59, -8)], 32],
    ['again after a minute', ours, 32, [ago(60, -8)], 25],
    ['the smaller change with Min', rules('Min', percent(20, 60), pods(1, 60)), 40, [], 39],
    ['nothing when disabled', rules('Disabled', pods(1, 60)), 3, [], 3],
    ['growth within the period is given back, too', ours, 12, [ago(10, 4)], 6],
  ])('is %s', (_, given, current, events, limit) => {
    expect(scaleDownLimit(given, current, events, NOW_S)).toBe(limit);
  });
});
