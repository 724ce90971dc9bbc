import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from './wait-until.js';

const ANSWER_TIMEOUT_MS = 60_000;
// beside this file when built; tests run the sources, and the apps load what is built
const PROBE = fileURLToPath(new URL('../dist/held-memory-probe.js', import.meta.url));

const directoryOf = (stateDirectory: string): string => path.join(stateDirectory, 'held-memory');

/** Makes an app tell what it holds when it is asked (`held-memory-probe.ts`). */
export const heldMemoryEnv = (stateDirectory: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${PROBE}`,
  HELD_MEMORY_DIRECTORY: directoryOf(stateDirectory),
});

/** What an app holds after a collection. */
export const heldMemory = async (stateDirectory: string, name: string, pid: number): Promise<NodeJS.MemoryUsage> => {
  const file = path.join(directoryOf(stateDirectory), String(pid));
  rmSync(file, { force: true });
  process.kill(pid, 'SIGWINCH');
  await waitUntil(() => existsSync(file), { timeoutMs: ANSWER_TIMEOUT_MS, what: `${name} to tell what it holds` });
  return JSON.parse(readFileSync(file, 'utf8')) as NodeJS.MemoryUsage;
};
