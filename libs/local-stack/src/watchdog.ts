import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// beside this file when built; tests run the sources, and the watchdog is a process of its own, so it is always the built one
const WATCHDOG = fileURLToPath(new URL('../dist/watchdog-main.js', import.meta.url));

/** Ties everything recorded in `stateDirectory` to the life of this process, even if it is ended by SIGKILL. */
export const startWatchdog = (stateDirectory: string): void => {
  const child = spawn(process.execPath, [WATCHDOG, stateDirectory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  child.unref();
  // the pipe must not keep this process alive either
  (child.stdin as unknown as { unref?: () => void }).unref?.();
};
