import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { neededServers } from './needed-servers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PREFIX = 'clipfleet-test-';

/**
 * One Postgres and one real S3 server for the whole run, and only if the selected files need them. Tests learn about them
 * from CLIPFLEET_TEST_DIR, CLIPFLEET_TEST_PG_URL and CLIPFLEET_TEST_S3, best through `@clipfleet/testing`.
 */
export default async function globalSetup(globalConfig) {
  const needed = neededServers(globalConfig);
  if (!needed.any) return;
  buildLocalStack();
  if (needed.bundles) await import('../bundle-apps.mjs');
  const { processIdentity } = await localStack('process-identity');
  const { stopRecorded } = await localStack('stop-recorded');
  await removeDeadRuns(processIdentity, stopRecorded);

  const directory = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Postgres, which may run as another user, has to get through
  chmodSync(directory, 0o711);
  process.env.CLIPFLEET_TEST_DIR = directory;
  const { startWatchdog } = await localStack('watchdog');
  startWatchdog(directory);
  // both to their end, so that what is stopped after a failure is all there is
  const started = await Promise.allSettled([
    needed.postgres && startPostgres(directory),
    needed.s3 && startS3(directory),
  ]);
  const failed = started.find(({ status }) => status === 'rejected');
  if (!failed) return;
  await stopRecorded(directory);
  rmSync(directory, { recursive: true, force: true });
  throw failed.reason;
}

async function startPostgres(stateDirectory) {
  const { startPostgres: start } = await localStack('start-postgres');
  const { url } = await start({ stateDirectory, durable: false });
  process.env.CLIPFLEET_TEST_PG_URL = url;
}

async function startS3(stateDirectory) {
  if (process.env.CLIPFLEET_TEST_S3) return; // somebody brought a server
  const { startRealS3 } = await localStack('start-real-s3');
  try {
    const { access } = await startRealS3({ stateDirectory, volatile: true });
    process.env.CLIPFLEET_TEST_S3 = JSON.stringify(access);
  } catch (error) {
    if (process.env.CLIPFLEET_REQUIRE_S3 === '1') throw error;
    process.env.CLIPFLEET_TEST_S3_SKIPPED = reasonOf(error.message);
  }
}

/** The script's own last word, if it is there, without the log around it. */
const reasonOf = (message) => /^\s*real-s3: (.+)$/m.exec(message)?.[1] ?? message;

const localStack = (module) => import(path.join(root, 'libs/local-stack/dist', `${module}.js`));

/** Jest compiles what it tests by itself; the servers' starters run outside of it, and the watchdog is a program. */
function buildLocalStack() {
  const built = path.join(root, 'libs/local-stack/dist/watchdog-main.js');
  try {
    execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', 'libs/local-stack'], {
      cwd: root,
      stdio: 'pipe',
    });
  } catch (error) {
    // an error of types in a library below is `npm run check`'s to tell
    if (!existsSync(built)) throw new Error(`libs/local-stack does not build:\n${error.stdout}`, { cause: error });
  }
}

/** Folders of runs that were killed; their servers were stopped by the watchdog, unless it was killed too. */
async function removeDeadRuns(processIdentity, stopRecorded) {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (!pid || processIdentity(pid)) continue;
    const directory = path.join(tmpdir(), name);
    await stopRecorded(directory);
    rmSync(directory, { recursive: true, force: true });
  }
}
