import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into an app by `--import`: collects its garbage now and then, and writes what it still holds. Memory as the system sees it
 * tells little of a leak: the heap grows by what nobody has collected yet, and the allocator keeps what was freed.
 */
const EVERY_MS = 10_000;
const FIRST_MS = 1_000;
const directory = process.env['HELD_MEMORY_DIRECTORY'];

if (isMainThread && directory !== undefined) {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, String(process.pid));
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const write = (): void => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(file, String(heapUsed + external));
  };
  setTimeout(write, FIRST_MS).unref();
  setInterval(write, EVERY_MS).unref();
}
