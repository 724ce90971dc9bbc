import { peakMemoryMb } from '../measure/peak-memory.js';
import type { BenchCase } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { makeExport } from '../stack/export-client.js';
import { repeatRecording } from '../stack/long-recording.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';

const LONG_LOOPS = 18;
const SHORT_MS = 60_000;

export const workerMemory = (
  stack: BenchStack,
  cache: RecordingCache,
  onProgress: (text: string) => void,
): BenchCase => {
  let recording: BenchRecording;

  /** Of a worker that has done nothing else. */
  const peakAfter = async (durationMs: number, fileName: string): Promise<number> => {
    const worker = stack.fleet.app('segment-worker');
    await worker.restart();
    const { playlistKey } = recording;
    const made = await makeExport(stack, { playlistKey, type: 'mp4', startMs: 0, durationMs, fileName });
    await stack.store.delete({ bucket: EXPORTS, key: made.key });
    return peakMemoryMb(worker.process().pid);
  };

  return {
    name: 'worker-memory',
    unit: 'MB',
    better: 'smaller',
    startsCold: true,
    what: {
      ours: 'most memory that one segment worker had resident (VmHWM) while it made an mp4 of 3 hours',
      baseline: 'the same worker, started anew, for 1 minute',
    },
    limit: 'Node itself, and the parts of a range that are being written; it does not grow with the recording',
    prepare: async () => {
      const loop = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
      recording = await repeatRecording(stack, loop, { name: 'three-hours', loopCount: LONG_LOOPS });
    },
    ours: (round) => peakAfter(recording.durationMs, `memory-long-${round}`),
    baseline: (round) => peakAfter(SHORT_MS, `memory-short-${round}`),
    finish: async () => undefined,
  };
};
