import path from 'node:path';
import pLimit from 'p-limit';
import { postExport } from '@clipfleet/cli/export/export-client';
import { heldMemory, heldMemoryEnv, interruption, repositoryRoot } from '@clipfleet/local-stack';
import { peakMemoryMb } from '../measure/peak-memory.js';
import { benchDirectory, BenchStack } from '../stack/bench-stack.js';
import { requestOf } from '../stack/export-client.js';
import { DEMO_KEY } from '../stack/recordings.js';

/** Unfinished exports; the last is what one tenant may have (CLIPFLEET_MAX_ACTIVE_EXPORTS). */
const COUNTS = [0, 2_000, 10_000, 20_000] as const;
const CLIENTS = 64;
const MB = 1_000_000;

const signal = interruption();
const stateDirectory = path.join(benchDirectory(repositoryRoot), `memory-${process.pid}`);
const stack = await BenchStack.start({
  stateDirectory,
  store: 'file',
  onProgress: (text) => console.error(text),
});

const rowOf = async (count: number, pid: number): Promise<string> => {
  // before the collection, which needs memory itself
  const peakMb = peakMemoryMb(pid);
  const { heapUsed, rss } = await heldMemory(stateDirectory, 'the gateway', pid);
  return `| ${[count.toLocaleString('en'), ...[heapUsed / MB, rss / MB, peakMb].map(Math.round)].join(' | ')} |`;
};

/** Accepted, and asked about once more: what a gateway knows of an export it knows then. */
const acceptAndPoll = async (index: number): Promise<void> => {
  signal.throwIfAborted();
  const order = { playlistKey: DEMO_KEY, type: 'mp4', startMs: 0, durationMs: 10_000 } as const;
  const body = requestOf(stack, { ...order, fileName: `held-${index}` });
  for (let request = 0; request < 2; request++) await postExport(stack.url, body);
};

try {
  // nothing is planned: the exports stay unfinished
  await stack.fleet.app('planner').stop();
  const gateway = stack.fleet.app('gateway');
  await gateway.restart(heldMemoryEnv(stateDirectory));
  const atOnce = pLimit(CLIENTS);
  console.log(`| exports accepted and polled | heap MB | resident MB | peak MB |\n|---|---|---|---|`);
  let made = 0;
  for (const count of COUNTS) {
    const indexes = Array.from({ length: count - made }, (_, index) => made + index);
    await atOnce.map(indexes, acceptAndPoll);
    made = count;
    console.log(await rowOf(count, gateway.process().pid));
  }
} catch (error) {
  console.error(signal.aborted ? 'bench: interrupted' : error);
  process.exitCode = signal.aborted ? 130 : 1;
} finally {
  await stack.stop();
}
process.exit();
