import { describe, expect, it } from '@jest/globals';
import { parseArguments } from './arguments.js';

describe('parseArguments', () => {
  it('has 2,000 exports by 20 tenants when nothing is said', () => {
    expect(parseArguments([])).toEqual({
      jobCount: 2000,
      roundCount: 6,
      tenantCount: 20,
      inFlight: 4,
      seed: 20_260_115,
    });
  });

  it('takes what is said', () => {
    const args = [
      '--jobs',
      '40',
      '--rounds',
      '2',
      '--tenants',
      '3',
      '--in-flight',
      '2',
      '--seed',
      '5',
      '--write',
      'a.md',
    ];
    const expected = { jobCount: 40, roundCount: 2, tenantCount: 3, inFlight: 2, seed: 5, documentPath: 'a.md' };
    expect(parseArguments(args)).toEqual(expected);
  });

  it.each([[['--jobs', '0']], [['--jobs', '1.5']], [['--tenants', 'x']], [['--what']], [['--write', '']]])(
    'refuses %j',
    (args) => {
      expect(() => parseArguments(args)).toThrow(/--/);
    },
  );
});
