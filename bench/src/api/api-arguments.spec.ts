import { describe, expect, it } from '@jest/globals';
import { parseApiArguments } from './api-arguments.js';

describe('parseApiArguments', () => {
  it('has a default for all', () => {
    expect(parseApiArguments([])).toEqual({ connections: [1, 64, 512], rounds: 3, durationSeconds: 5 });
  });

  it('takes what it is told', () => {
    const args = ['--connections', '2, 8', '--rounds', '1', '--seconds', '2', '--json', 'r.json'];
    expect(parseApiArguments(args)).toEqual({
      connections: [2, 8],
      rounds: 1,
      durationSeconds: 2,
      jsonPath: 'r.json',
    });
  });

  it.each([
    [['--connections', '0'], /from 1 to 4096, not 0/],
    [['--connections', '1,,2'], /--connections/],
    [['--connections', '5000'], /5000/],
    [['--rounds', '1.5'], /--rounds/],
    [['--seconds', 'x'], /--seconds/],
    [['--json', ''], /--json/],
    [['--other'], /other/],
  ])('refuses %p', (args, message) => {
    expect(() => parseApiArguments(args)).toThrow(message);
  });
});
