import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { formatEnv, parseEnv } from './workspace.js';

const env = {
  CLIPFLEET_URL: 'http://127.0.0.1:8080',
  CLIPFLEET_STORES: '[{"id":"local","rootPath":"/it\'s/a path $HOME `x`"}]',
  EMPTY: '',
};

describe('the env file', () => {
  it('is read back as it was written', () => {
    expect(parseEnv(formatEnv(env))).toEqual(env);
  });

  it('means the same to a POSIX shell', () => {
    const script = `${formatEnv(env)}printf '%s' "$CLIPFLEET_STORES"`;
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(env.CLIPFLEET_STORES);
  });
});
