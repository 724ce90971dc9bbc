import { describe, expect, it } from '@jest/globals';
import { crashPoint, parseCrashAt } from './crash-point.js';

describe('CLIPFLEET_CRASH_AT', () => {
  it.each([
    ['unset', undefined, undefined],
    ['empty', '', undefined],
    ['a name', 'plan.made', { name: 'plan.made', passesLeft: 1 }],
    ['a name and a count', 'plan.made:3', { name: 'plan.made', passesLeft: 3 }],
  ])('is read: %s', (_name, text, expected) => {
    expect(parseCrashAt(text)).toEqual(expected);
  });

  it.each(['plan.mad', 'plan.made:0', 'plan.made:x', 'plan.made:1.5', ':1'])('refuses to start with %s', (text) => {
    expect(() => parseCrashAt(text)).toThrow(/CLIPFLEET_CRASH_AT is .*plan\.made/);
  });

  it('is not set here, so that passing a point is nothing', () => {
    expect(crashPoint('plan.made')).toBeUndefined();
  });
});
