import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines } from './last-lines.js';
import { LocalStackError } from './local-stack-error.js';
import { logPathOf } from './managed-process.js';
import { claimPort, findFreePorts, isPortFree } from './ports.js';
import { processIdentity } from './process-identity.js';
import { removeRunRecord, writeRunRecord } from './run-record.js';

export interface RealS3Options {
  stateDirectory: string;
  port?: number;
  /** true: in memory and gone after stop, faster to start; for tests. */
  volatile?: boolean;
}

export interface S3Access {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface RunningRealS3 {
  readonly name: string;
  readonly port: number;
  readonly access: S3Access;
  /** For example `ceph-rgw-20.2.0`. */
  readonly server: string;
  stop(): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('../../../tools/real-s3', import.meta.url));
/** The gateway, the monitor and the storage daemon's ports. */
export const REAL_S3_PORT_COUNT = 13;
const STATE_NAME = 'real-s3';

/** A Ceph RGW by `tools/real-s3`; fails where its packages cannot be had (it needs Debian's package tools and a mirror). */
export const startRealS3 = async (options: RealS3Options): Promise<RunningRealS3> => {
  const directory = path.join(options.stateDirectory, STATE_NAME);
  const logPath = logPathOf(options.stateDirectory, STATE_NAME);
  mkdirSync(path.dirname(logPath), { recursive: true });
  if (!existsSync(SCRIPT)) throw new LocalStackError('missing-program', `${SCRIPT} does not exist`);
  const stop = async (): Promise<void> => {
    await runScript(['stop', directory], logPath, {});
    removeRunRecord(options.stateDirectory, STATE_NAME);
  };
  writeRunRecord(options.stateDirectory, {
    name: STATE_NAME,
    pid: process.pid,
    identity: processIdentity(process.pid) ?? '',
    startedAtMs: Date.now(),
    stopSignal: 'SIGTERM',
    graceMs: 30_000,
    stopCommand: [SCRIPT, 'stop', directory],
  });
  const env = options.volatile ? { REAL_S3_STORE: 'memstore' } : {};
  // two runs may choose overlapping free ports at the same moment: the script then says "in use", and others are tried
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(options.port);
    try {
      const settings = parseSettings(await runScript(['start', directory, String(port)], logPath, env));
      return { name: STATE_NAME, port, access: accessOf(settings), server: settings['S3_SERVER'] ?? 'unknown', stop };
    } catch (error) {
      if (attempt < 3 && options.port === undefined && !(await isPortFree(port))) continue;
      await stop();
      throw error;
    }
  }
};

const choosePort = async (configured: number | undefined): Promise<number> => {
  if (configured === undefined) return findFreePorts(REAL_S3_PORT_COUNT);
  for (let offset = 0; offset < REAL_S3_PORT_COUNT; offset++) await claimPort(configured + offset, 'the S3 server');
  return configured;
};

/** Runs the script to its end with its messages in the log, and returns what it printed. */
const runScript = (args: string[], logPath: string, env: NodeJS.ProcessEnv): Promise<string> =>
  new Promise((resolve, reject) => {
    const log = createWriteStream(logPath, { flags: 'a' });
    const child = spawn(SCRIPT, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.pipe(log);
    child.once('error', reject);
    // "exit", not "close": the daemons it starts must not be waited for, should one have kept a pipe open
    child.once('exit', (exitCode) => {
      if (exitCode === 0) return resolve(Buffer.concat(chunks).toString('utf8'));
      log.end(() => reject(new LocalStackError('start-failed', `real-s3 ${args[0]} failed\n${lastLines(logPath, 3)}`)));
    });
  });

const parseSettings = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => /^([A-Z0-9_]+)=(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, key, value]) => [key, value]),
  );

const accessOf = (settings: Record<string, string>): S3Access => ({
  endpoint: settings['S3_ENDPOINT'],
  region: settings['S3_REGION'],
  accessKeyId: settings['S3_ACCESS_KEY_ID'],
  secretAccessKey: settings['S3_SECRET_ACCESS_KEY'],
});
