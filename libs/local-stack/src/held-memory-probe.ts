import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into an app by `--import`: on SIGWINCH it collects its garbage and writes what it still holds (JSON of `process.memoryUsage()`). Memory as the system sees it
 * tells little of a leak: the heap grows by what nobody has collected yet, and the allocator keeps what was freed.
 */
const directory = process.env['HELD_MEMORY_DIRECTORY'];

if (isMainThread && directory !== undefined) {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, String(process.pid));
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Nest takes those that are made for this as orders to shut down
  process.on('SIGWINCH', () => {
    // what finalizers let go is collected by the second
    collect();
    collect();
    writeFileSync(`${file}.new`, JSON.stringify(process.memoryUsage()));
    renameSync(`${file}.new`, file);
  });
}
