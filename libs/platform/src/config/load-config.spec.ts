import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { baseVariables, storesVariable } from './base-config.js';
import { ConfigError, defineConfig, type Environment, loadConfig } from './load-config.js';
import {
  choiceVariable,
  flagVariable,
  integerVariable,
  jsonVariable,
  optional,
  portVariable,
  textVariable,
  urlVariable,
  type Variable,
} from './variable.js';

const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};
const described = { description: 'x' };
const read = <T>(variable: Variable<T>, text: string | undefined): T =>
  loadConfig(defineConfig({ it: variable }), { X: text }).it;

describe('loadConfig', () => {
  const schema = defineConfig(
    {
      port: portVariable('P', { default: 8080, ...described }),
      minMs: integerVariable('MIN_MS', { default: 1, min: 0, max: 100, ...described }),
      maxMs: integerVariable('MAX_MS', { default: 10, min: 0, max: 100, ...described }),
      secret: textVariable('SECRET', { secret: true, pattern: /^.{8,}$/, description: 'Signs URLs.' }),
    },
    [({ minMs, maxMs }) => (minMs > maxMs ? 'MIN_MS is more than MAX_MS' : undefined)],
  );
  const good: Environment = { SECRET: 'long-enough' };

  it('fills in defaults and leaves the environment alone', () => {
    expect(loadConfig(schema, good)).toEqual({ port: 8080, minMs: 1, maxMs: 10, secret: 'long-enough' });
    expect(good).toEqual({ SECRET: 'long-enough' });
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig(schema, { ...good, P: '  ' }).port).toBe(8080);
  });

  it('tells every problem at once, each with its variable', () => {
    const problems = problemsOf(() => loadConfig(schema, { P: '70000', MIN_MS: '1.5' }));
    expect(problems).toEqual([
      'P must be from 0 to 65535 (it is "70000")',
      'MIN_MS must be a whole number (it is "1.5")',
      'SECRET is not set: Signs URLs.',
    ]);
  });

  it('refuses contradictions', () => {
    expect(problemsOf(() => loadConfig(schema, { ...good, MIN_MS: '20' }))).toEqual(['MIN_MS is more than MAX_MS']);
  });

  it('does not show a secret that is wrong', () => {
    const problems = problemsOf(() => loadConfig(schema, { SECRET: 'hunter2' }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^SECRET must match/);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('gives a configuration that nobody changes', () => {
    expect(Object.isFrozen(loadConfig(schema, good))).toBe(true);
  });
});

describe('variables', () => {
  const number = integerVariable('X', { min: -1, max: 3, ...described });
  it.each([
    ['-1', -1],
    ['0', 0],
    ['3', 3],
  ])('an integer takes %s', (text, value) => {
    expect(read(number, text)).toBe(value);
  });
  it.each(['-2', '4', '1.0', '0x1', '1e0', 'one', '', undefined])('an integer refuses %j', (text) => {
    expect(problemsOf(() => read(number, text))).toHaveLength(1);
  });

  const flag = flagVariable('X', { default: false, ...described });
  it.each([
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['yes', true],
    ['false', false],
    ['0', false],
    ['no', false],
    [undefined, false],
  ])('a flag reads %j as %s', (text, value) => {
    expect(read(flag, text)).toBe(value);
  });
  it('a flag refuses other words instead of taking them for false', () => {
    expect(problemsOf(() => read(flag, 'on'))).toEqual(['X must be true or false (it is "on")']);
  });

  it('a choice names what can be chosen', () => {
    const choice = choiceVariable('X', { choices: ['a', 'b'], default: 'a', ...described });
    expect(read(choice, 'b')).toBe('b');
    expect(problemsOf(() => read(choice, 'A'))).toEqual(['X must be one of a, b (it is "A")']);
  });

  const url = urlVariable('X', { protocols: ['http', 'https'], ...described });
  it.each([
    ['ftp://h', 'X must begin with http:// or https://'],
    ['not a url', 'X must be a URL'],
  ])('a URL refuses %s without showing it', (text, problem) => {
    expect(problemsOf(() => read(url, text))).toEqual([problem]);
  });

  it('an optional one may be absent, and is checked when it is there', () => {
    expect(read(optional(url), undefined)).toBeUndefined();
    expect(problemsOf(() => read(optional(url), 'x'))).toHaveLength(1);
  });

  const json = jsonVariable('X', { schema: z.array(z.object({ id: z.string(), key: z.string() })), ...described });
  it('JSON is held against its schema, and problems say where, not what', () => {
    expect(read(json, '[{"id":"a","key":"k"}]')).toEqual([{ id: 'a', key: 'k' }]);
    const problems = problemsOf(() => read(json, '[{"id":1,"key":"s3cret"},{"id":"b"}]'));
    expect(problems).toEqual([expect.stringMatching(/^X 0\.id: /), expect.stringMatching(/^X 1\.key: /)]);
    expect(problems.join()).not.toContain('s3cret');
  });
  it('text that is no JSON is not quoted', () => {
    expect(problemsOf(() => read(json, '{"key": s3cret}'))).toEqual(['X is not valid JSON']);
  });
});

describe('the variables of every app', () => {
  it('have defaults that are valid, and no tracing without an endpoint', () => {
    expect(loadConfig(defineConfig(baseVariables), {})).toMatchObject({
      logLevel: 'info',
      opsPort: 9090,
      natsUrl: 'nats://127.0.0.1:4222',
      otelEndpoint: undefined,
    });
  });

  it.each(['nats://a:4222', 'nats://u:p@a:4222,nats://b:4222', 'tls://token@a'])('NATS may be at %s', (natsUrl) => {
    expect(loadConfig(defineConfig(baseVariables), { CLIPFLEET_NATS_URL: natsUrl }).natsUrl).toBe(natsUrl);
  });
  it.each(['a:4222', 'http://a', 'nats://a b', 'nats://a,', 'nats://u:p@a,b'])('but not at %s', (natsUrl) => {
    const problems = problemsOf(() => loadConfig(defineConfig(baseVariables), { CLIPFLEET_NATS_URL: natsUrl }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain('u:p');
  });

  it('two stores may not have one id', () => {
    const schema = defineConfig({ stores: storesVariable(z.object({ id: z.string() })) });
    const problems = problemsOf(() => loadConfig(schema, { CLIPFLEET_STORES: '[{"id":"a"},{"id":"b"},{"id":"a"}]' }));
    expect(problems).toEqual(['CLIPFLEET_STORES store id "a" is used twice']);
    expect(problemsOf(() => loadConfig(schema, { CLIPFLEET_STORES: '[]' }))).toHaveLength(1);
  });
});
