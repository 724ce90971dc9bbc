import path from 'node:path';
import { unlessAborted } from '@clipfleet/local-stack';
import { clip10s } from '../cases/clip-10s.js';
import { clip10sOf24h } from '../cases/clip-10s-of-24h.js';
import { clipBesideImport } from '../cases/clip-beside-import.js';
import { demuxWrite, demuxWriteJs } from '../cases/demux-write.js';
import { liveEdge } from '../cases/live-edge.js';
import { mp4Copy10m, mp4Copy10m2w, mp4Copy60m1w, mp4Copy60m2w } from '../cases/mp4-copy-workers.js';
import { newJobs } from '../cases/new-jobs.js';
import { polls } from '../cases/polls.js';
import { transcode2m1w, transcode2m2w } from '../cases/transcode.js';
import { tracingCost } from '../cases/tracing-cost.js';
import { tsCopy10m } from '../cases/ts-copy-10m.js';
import { workerMemory, workerMemoryMinutes } from '../cases/worker-memory.js';
import { readIo } from '../measure/process-io.js';
import { BenchStack } from '../stack/bench-stack.js';
import { RecordingCache } from '../stack/recordings.js';
import type { BenchArguments, CaseName } from './arguments.js';
import { type BenchCase, type BenchScale, FULL_SCALE, SMOKE_SCALE } from './bench-case.js';
import type { BenchResult } from './result.js';
import { runCase } from './run-case.js';

type OnProgress = (text: string) => void;

type MakeCase = (stack: BenchStack, cache: RecordingCache, onProgress: OnProgress, scale: BenchScale) => BenchCase;

const makeCase: Record<CaseName, MakeCase> = {
  'mp4-copy-10m': mp4Copy10m,
  'mp4-copy-10m-2w': mp4Copy10m2w,
  'mp4-copy-60m-1w': mp4Copy60m1w,
  'mp4-copy-60m-2w': mp4Copy60m2w,
  'ts-copy-10m': tsCopy10m,
  'clip-10s': clip10s,
  'clip-10s-of-24h': clip10sOf24h,
  'clip-beside-import': clipBesideImport,
  'demux-write': demuxWrite,
  'demux-write-js': demuxWriteJs,
  'transcode-2m-1w': transcode2m1w,
  'transcode-2m-2w': transcode2m2w,
  'live-edge': liveEdge,
  'worker-memory': workerMemory,
  'worker-memory-minutes': workerMemoryMinutes,
  'tracing-cost': tracingCost,
  polls,
  'new-jobs': newJobs,
};

export interface BenchRun {
  results: BenchResult[];
  /** Cases that did not come to their end; the others count all the same. */
  failures: { name: CaseName; error: unknown }[];
}

/** All cases on one stack, whose state is this run's own and is removed at the end, however that comes. */
export const runBench = async (
  { cases, rounds, store, smoke }: BenchArguments,
  directory: string,
  signal: AbortSignal,
): Promise<BenchRun> => {
  const scale = smoke ? SMOKE_SCALE : FULL_SCALE;
  const cache = new RecordingCache(directory, scale.name);
  const stateDirectory = path.join(directory, `run-${process.pid}`);
  // a start that is interrupted goes on to its end, so that all it started is known and stopped
  const stack = await BenchStack.start({ stateDirectory, store, onProgress: progressOf('stack') });
  const gatewayIo = () => readIo(stack.fleet.app('gateway').process().pid);
  const run: BenchRun = { results: [], failures: [] };
  try {
    for (const name of cases) {
      const onProgress = progressOf(name);
      try {
        const benchCase = makeCase[name](stack, cache, onProgress, scale);
        const result = runCase(benchCase, { rounds, cpu: stack.cpu, gatewayIo, signal, onProgress });
        run.results.push(await unlessAborted(result, signal));
      } catch (error) {
        signal.throwIfAborted();
        run.failures.push({ name, error });
      }
    }
    return run;
  } finally {
    progressOf('stack')('stopping');
    await stack.stop();
  }
};

/** To stderr: what goes to stdout is the table. */
const progressOf =
  (name: string): OnProgress =>
  (text) =>
    console.error(`${name}: ${text}`);
