import { describe, expect, it } from '@jest/globals';
import { ArgumentError, fromCaller, parseOptions, wholeNumber } from './command-line.js';

describe('parseOptions', () => {
  const options = { rounds: { type: 'string', default: '5' }, smoke: { type: 'boolean', default: false } } as const;

  it('gives what was given, and else what is so anyway', () => {
    expect({ ...parseOptions(['--rounds', '3'], options) }).toEqual({ rounds: '3', smoke: false });
  });

  it.each([[['--what']], [['--smoke=yes']], [['--rounds']], [['more']]])('refuses %p', (args) => {
    expect(() => parseOptions(args, options)).toThrow(ArgumentError);
  });
});

describe('wholeNumber', () => {
  it.each([
    ['1', 1],
    [' 12 ', 12],
    ['100', 100],
  ])('takes %p', (text, expected) => {
    expect(wholeNumber('--rounds', text, 100)).toBe(expected);
  });

  it.each(['0', '101', '-1', '1.5', '1e2', '', 'x'])('refuses %p', (text) => {
    expect(() => wholeNumber('--rounds', text, 100)).toThrow(
      new ArgumentError(`--rounds is a whole number from 1 to 100, not ${text}`),
    );
  });

  it('has no end where none is named', () => {
    expect(wholeNumber('--seed', '20260115')).toBe(20_260_115);
    expect(() => wholeNumber('--seed', '9007199254740993')).toThrow('from 1 on');
  });
});

it('takes names of files from where npm was called', () => {
  const before = process.env['INIT_CWD'];
  process.env['INIT_CWD'] = '/somewhere';
  try {
    expect([fromCaller('a.json'), fromCaller('/b.json')]).toEqual(['/somewhere/a.json', '/b.json']);
  } finally {
    if (before === undefined) delete process.env['INIT_CWD'];
    else process.env['INIT_CWD'] = before;
  }
});
