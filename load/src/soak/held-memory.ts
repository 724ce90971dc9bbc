import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MB = 1_000_000;
// beside this file when built; tests run the sources, and the apps load what is built
const PROBE = fileURLToPath(new URL('../../dist/soak/held-memory-probe.js', import.meta.url));

const directoryOf = (stateDirectory: string): string => path.join(stateDirectory, 'held-memory');

/** Makes an app tell what it holds (`held-memory-probe.ts`). */
export const heldMemoryEnv = (stateDirectory: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${PROBE}`,
  HELD_MEMORY_DIRECTORY: directoryOf(stateDirectory),
});

/** Heap and buffers after a collection, in MB; undefined until the process has told. */
export const heldMb = (stateDirectory: string, pid: number): number | undefined => {
  try {
    // it may be read while it is written
    return Number(readFileSync(path.join(directoryOf(stateDirectory), String(pid)), 'latin1')) / MB || undefined;
  } catch {
    return undefined;
  }
};
