import { existsSync } from 'node:fs';
import { LocalStackError } from './local-stack-error.js';
import { startProcess, type ManagedProcess } from './managed-process.js';
import { claimPort } from './ports.js';
import { appEntry, type AppName } from './repository.js';
import type { RunningServer } from './running-server.js';
import { waitUntil } from './wait-until.js';

/** As in the image. Half of Node's usual young generation: 10 MB less resident in each app, and no slower. */
export const NODE_OPTIONS: readonly string[] = ['--max-semi-space-size=8'];

/** What an app wants else, behind {@link NODE_OPTIONS}, of which the last one of a name counts. */
const APP_OPTIONS: Readonly<Partial<Record<AppName, readonly string[]>>> = {
  // The requests of a busy gateway wait for commits, and survive every collection of a small young generation meanwhile: with
  // this one they take a quarter less of its time; with twice as much no less, and the longest collection more than twice as long.
  // It grows only when it is filled.
  gateway: ['--max-semi-space-size=32'],
  // What waits to become a part outlives the young generation, and would lie in the old one until that has grown by tens of
  // MB. Collected whenever it has grown by half, it never is more than that; by less, small clips would pay for it.
  'segment-worker': ['--max-semi-space-size=4', '--heap-growing-percent=50'],
};

/** Of the C library, for what an app has by threads beside the collector's heap. What it runs has it, too. */
const APP_ENVIRONMENT: Readonly<Partial<Record<AppName, Readonly<Record<string, string>>>>> = {
  // Bytes come and go on five threads and more, each of which would keep an arena of freed memory of its own: 10 to 20 MB less
  // resident. Not a transcode worker, whose ffmpeg allocates on all cores at once.
  'segment-worker': { MALLOC_ARENA_MAX: '2' },
};

export const appEnvironment = (app: AppName): Readonly<Record<string, string>> => APP_ENVIRONMENT[app] ?? {};

/** Behind the program and the options of all apps: its own, and what it runs, from the repository's root. */
export const appArguments = (app: AppName): string[] => [...(APP_OPTIONS[app] ?? []), `apps/${app}/dist/bundle.js`];

export interface AppOptions {
  app: AppName;
  stateDirectory: string;
  /** CLIPFLEET_* of this app; laid over the environment of this process. */
  env: Record<string, string>;
  opsPort?: number;
  /** Of the run record and the log, for more than one process of an app. Default: the app's name. */
  name?: string;
  /** Of the built app; tests bring one of their own. */
  entry?: string;
  readyTimeoutMs?: number;
  /** From SIGTERM to SIGKILL. Default: a little longer than its own CLIPFLEET_SHUTDOWN_GRACE_MS. */
  killAfterMs?: number;
}

/** `port` is the ops port. */
export interface RunningApp extends RunningServer {
  readonly opsUrl: string;
  /** `env` is laid over the app's own, for this start only. */
  restart(env?: Record<string, string>): Promise<void>;
}

/** One app as its own process, as a container would run it; ready when its /readyz says so. */
export const startApp = async (options: AppOptions): Promise<RunningApp> => {
  const name = options.name ?? options.app;
  const entry = options.entry ?? appEntry(options.app);
  if (!existsSync(entry)) throw new LocalStackError('missing-program', `${entry} is not built: run npm run build`);
  const port = await claimPort(options.opsPort, `/metrics of ${name}`);
  const opsUrl = `http://127.0.0.1:${port}`;

  const start = async (extraEnv: Record<string, string> = {}): Promise<ManagedProcess> => {
    const child = startProcess({
      name,
      stateDirectory: options.stateDirectory,
      command: process.execPath,
      args: [...NODE_OPTIONS, ...(APP_OPTIONS[options.app] ?? []), entry],
      env: {
        ...withoutJest(process.env),
        ...appEnvironment(options.app),
        ...options.env,
        ...extraEnv,
        CLIPFLEET_OPS_HOST: '127.0.0.1',
        CLIPFLEET_OPS_PORT: String(port),
      },
      // its own limit for running work is CLIPFLEET_SHUTDOWN_GRACE_MS; this one is for a process that hangs
      graceMs: options.killAfterMs ?? Number(options.env['CLIPFLEET_SHUTDOWN_GRACE_MS'] ?? 25_000) + 5_000,
    });
    try {
      await waitUntilReady(child, opsUrl, options.readyTimeoutMs ?? 60_000);
    } catch (error) {
      await child.kill();
      throw error;
    }
    return child;
  };

  let child = await start();
  return {
    name,
    port,
    opsUrl,
    process: () => child,
    stop: () => child.stop(),
    kill: () => child.kill(),
    restart: async (env) => {
      await child.stop();
      child = await start(env);
    },
  };
};

/** Jest's own variables would change how the app behaves (NODE_ENV=test, NODE_OPTIONS). */
const withoutJest = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  env['JEST_WORKER_ID'] === undefined
    ? env
    : Object.fromEntries(
        Object.entries(env).filter(([key]) => !['JEST_WORKER_ID', 'NODE_ENV', 'NODE_OPTIONS'].includes(key)),
      );

const waitUntilReady = async (child: ManagedProcess, opsUrl: string, timeoutMs: number): Promise<void> => {
  let lastAnswer = 'no answer';
  try {
    await waitUntil(
      async () => {
        // when it has ended there is nothing to wait for: the loop ends, and the check after it tells the story
        if (!child.isRunning()) return true;
        const response = await fetch(`${opsUrl}/readyz`, { signal: AbortSignal.timeout(3_000) });
        lastAnswer = (await response.text()).trim();
        return response.ok;
      },
      { timeoutMs, everyMs: 50, what: `${child.name} to be ready` },
    );
  } catch (cause) {
    throw new LocalStackError(
      'start-failed',
      `${child.name} was not ready within ${timeoutMs} ms; /readyz: ${lastAnswer}; its log: ${child.logPath}`,
      { cause },
    );
  }
  child.assertRunning();
};
