import { describe, expect, it } from '@jest/globals';
import { crashPoint, parseCrashAt } from './crash-point.js';

describe('where to crash', () => {
  it.each([
    ['a name', 'plan.made', { name: 'plan.made', passesLeft: 1 }],
    ['a name and a count', 'plan.made:3', { name: 'plan.made', passesLeft: 3 }],
  ])('is read: %s', (_name, text, expected) => {
    expect(parseCrashAt(text)).toEqual(expected);
  });

  it.each(['', 'plan.mad', 'plan.made:0', 'plan.made:x', 'plan.made:1.5', ':1'])('is refused: "%s"', (text) => {
    expect(() => parseCrashAt(text)).toThrow(/crash at .*plan\.made/);
  });

  it('is not asked about here, so that passing a point is nothing', () => {
    expect(crashPoint('plan.made')).toBeUndefined();
  });
});
