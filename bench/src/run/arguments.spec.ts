import { describe, expect, it } from '@jest/globals';
import { ArgumentError } from '@clipfleet/local-stack';
import { parseArguments, quickCaseNames } from './arguments.js';

describe('the arguments', () => {
  it('mean every case, five rounds and the file store when there are none', () => {
    expect(parseArguments([])).toEqual({ cases: quickCaseNames, rounds: 5, store: 'file', smoke: false });
  });

  it('are taken together', () => {
    const args = ['--only', 'polls,mp4-copy-10m', '--rounds', '3', '--store', 's3', '--json', 'out.json', '--smoke'];
    expect(parseArguments(args)).toEqual({
      cases: ['mp4-copy-10m', 'polls'],
      rounds: 3,
      store: 's3',
      smoke: true,
      jsonPath: 'out.json',
    });
  });

  it.each([
    ['one round', '1', 1],
    ['the most rounds', '100', 100],
  ])('take %s', (_what, text, rounds) => {
    expect(parseArguments(['--rounds', text]).rounds).toBe(rounds);
  });

  it.each([
    ['no round', ['--rounds', '0']],
    ['too many rounds', ['--rounds', '101']],
    ['half a round', ['--rounds', '1.5']],
    ['a round that is a word', ['--rounds', 'many']],
    ['a round without digits', ['--rounds', '']],
    ['an unknown case', ['--only', 'polls,none']],
    ['no case', ['--only', '']],
    ['an unknown store', ['--store', 'tape']],
    ['a file without a name', ['--json', '']],
    ['an unknown option', ['--fast']],
    ['a word', ['polls']],
  ])('refuse %s', (_what, args) => {
    expect(() => parseArguments(args)).toThrow(ArgumentError);
  });
});
