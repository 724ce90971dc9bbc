import { describe, expect, it } from '@jest/globals';
import { ArgumentError } from '@clipfleet/local-stack';
import { parseArguments } from './arguments.js';

describe('arguments', () => {
  it('are all of the table by default, and nothing besides', () => {
    expect(parseArguments([])).toEqual({
      ...{
        rangeSizes: [1, 2, 3, 7],
        containers: ['mp4', 'mov', 'ts'],
        kill: false,
        killEvery: 1,
        large: false,
        seed: 20_260_115,
      },
    });
  });

  it('choose what is made', () => {
    const args = [
      '--only',
      'HEVC, MP2',
      '--ranges',
      '7,1',
      '--containers',
      'ts',
      '--kill',
      '--kill-every',
      '3',
      '--seed',
      '4',
      '--large',
    ];
    expect(parseArguments([...args, '--write', 'x.md', '--results', 'x.json'])).toEqual({
      ...{
        only: ['HEVC', 'MP2'],
        rangeSizes: [7, 1],
        containers: ['ts'],
        kill: true,
        killEvery: 3,
        seed: 4,
        large: true,
      },
      documentPath: 'x.md',
      resultsPath: 'x.json',
    });
  });

  it.each([
    [['--ranges', '4']],
    [['--containers', 'avi']],
    [['--seed', 'x']],
    [['--kill-every', '0']],
    [['--fast']],
    [['--only']],
    [['more']],
  ])('are refused: %j', (args) => {
    expect(() => parseArguments(args)).toThrow(ArgumentError);
  });
});
