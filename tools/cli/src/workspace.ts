import { repositoryRoot } from '@clipfleet/local-stack';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './terminal.js';

/** CLIPFLEET_STATE moves it, for a second stack on a machine and for tests. */
export const stateDirectory = (): string =>
  path.resolve(process.env['CLIPFLEET_STATE'] ?? path.join(repositoryRoot, '.clipfleet'));

export const envFilePath = (): string => path.join(stateDirectory(), 'env');

/** What scripts need to use a running stack. */
export interface StackEnv {
  CLIPFLEET_URL: string;
  CLIPFLEET_TOKEN: string;
  CLIPFLEET_DEMO_M3U8: string;
  CLIPFLEET_DEMO_START_MS: string;
  CLIPFLEET_STORAGE_TYPE: string;
  CLIPFLEET_STORAGE_LOCATION: string;
  CLIPFLEET_SOURCE_BUCKET: string;
  CLIPFLEET_UPLOAD_BUCKET: string;
  /** The `storage_info` of an export request for these buckets. */
  CLIPFLEET_STORAGE_INFO: string;
  CLIPFLEET_DATABASE_URL: string;
  CLIPFLEET_NATS_URL: string;
  CLIPFLEET_STORES: string;
  CLIPFLEET_SIGNING_SECRET: string;
}

/** `KEY=value` lines that a POSIX shell can source (`set -a; . .clipfleet/env`). */
export const formatEnv = (env: Record<string, string>): string =>
  Object.entries(env)
    .map(([key, value]) => `${key}=${/^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`}\n`)
    .join('');

export const parseEnv = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => {
        const at = line.indexOf('=');
        const value = line.slice(at + 1);
        const quoted = value.startsWith("'") && value.endsWith("'");
        return [line.slice(0, at), quoted ? value.slice(1, -1).replaceAll(`'\\''`, "'") : value];
      }),
  );

export const writeEnvFile = (env: StackEnv): void => {
  const target = envFilePath();
  // it holds the demo token and, on S3, the store's keys
  writeFileSync(`${target}.tmp`, formatEnv({ ...env }), { mode: 0o600 });
  renameSync(`${target}.tmp`, target);
};

/** The environment first, so that the commands work against any fleet; then the running local stack. */
export const readEnv = (): StackEnv => {
  const file = existsSync(envFilePath()) ? parseEnv(readFileSync(envFilePath(), 'utf8')) : {};
  const env = { ...file, ...definedEnvironment(Object.keys(file)) } as unknown as StackEnv;
  // an empty variable counts as unset, as everywhere
  const CLIPFLEET_URL = process.env['CLIPFLEET_URL'] || env.CLIPFLEET_URL;
  const CLIPFLEET_TOKEN = process.env['CLIPFLEET_TOKEN'] || env.CLIPFLEET_TOKEN;
  if (!CLIPFLEET_URL || !CLIPFLEET_TOKEN) {
    throw new UsageError(
      'no stack is known: start one with ./clipfleet up, or set CLIPFLEET_URL and CLIPFLEET_TOKEN to use another',
    );
  }
  return { ...env, CLIPFLEET_URL, CLIPFLEET_TOKEN };
};

const definedEnvironment = (keys: string[]): Record<string, string> =>
  Object.fromEntries(keys.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : [])));
