import { describe, expect, it } from '@jest/globals';
import { ArgumentError, parseArguments } from './arguments.js';

describe('arguments', () => {
  it('are all of the table by default, and nothing besides', () => {
    expect(parseArguments([])).toEqual({
      ...{ rangeSizes: [1, 2, 3, 7], containers: ['mp4', 'mov', 'ts'], kill: false, large: false, seed: 20_260_115 },
    });
  });

  it('choose what is made', () => {
    const args = ['--only', 'HEVC, MP2', '--ranges', '7,1', '--containers', 'ts', '--kill', '--seed', '4', '--large'];
    expect(parseArguments([...args, '--write', 'x.md'])).toEqual({
      ...{ only: ['HEVC', 'MP2'], rangeSizes: [7, 1], containers: ['ts'], kill: true, seed: 4, large: true },
      documentPath: 'x.md',
    });
  });

  it.each([[['--ranges', '4']], [['--containers', 'avi']], [['--seed', 'x']], [['--fast']], [['--only']], [['more']]])(
    'are refused: %j',
    (args) => {
      expect(() => parseArguments(args)).toThrow(ArgumentError);
    },
  );
});
