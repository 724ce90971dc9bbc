import pLimit from 'p-limit';
import { peakMemoryMb } from '../measure/peak-memory.js';
import type { CaseName } from '../run/arguments.js';
import type { BenchCase, BenchScale } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { makeExport } from '../stack/export-client.js';
import { repeatRecording } from '../stack/long-recording.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';

const MINUTE_MS = 60_000;
/** Tasks that a worker has at once: that many one-task clips keep it as busy as one long one. */
const CLIPS_AT_ONCE = 2;

type MakeMemoryCase = (
  stack: BenchStack,
  cache: RecordingCache,
  onProgress: (text: string) => void,
  scale: BenchScale,
) => BenchCase;

const memoryCase =
  (
    name: CaseName,
    baselineWords: string,
    startsOfBaseline: (recording: BenchRecording) => readonly number[],
  ): MakeMemoryCase =>
  (stack, cache, onProgress, scale) => {
    let recording: BenchRecording;

    /** Of a worker that has done nothing else. */
    const peakAfter = async (startsMs: readonly number[], durationMs: number, fileName: string): Promise<number> => {
      const worker = stack.fleet.app('segment-worker');
      await worker.restart();
      const { playlistKey } = recording;
      const atOnce = pLimit(CLIPS_AT_ONCE);
      const clip = async (startMs: number): Promise<void> => {
        const order = { playlistKey, type: 'mp4', startMs, durationMs, fileName: `${fileName}-${startMs}` } as const;
        const made = await makeExport(stack, order);
        await stack.store.delete({ bucket: EXPORTS, key: made.key });
      };
      await Promise.all(startsMs.map((startMs) => atOnce(clip, startMs)));
      return peakMemoryMb(worker.process().pid);
    };

    return {
      name,
      unit: 'MB',
      better: 'smaller',
      startsCold: true,
      what: {
        ours: 'most memory that one segment worker had resident (VmHWM) while it made an mp4 of 3 hours',
        baseline: `the same worker, started anew, for ${baselineWords}`,
      },
      limit: 'Node itself, and the parts of two tasks; it does not grow with the recording',
      prepare: async () => {
        const loop = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
        recording = await repeatRecording(stack, loop, { name: `${name}-hours`, loopCount: scale.longLoops });
      },
      ours: (round) => peakAfter([0], recording.durationMs, `${name}-long-${round}`),
      baseline: (round) => peakAfter(startsOfBaseline(recording), MINUTE_MS, `${name}-short-${round}`),
      finish: async () => undefined,
    };
  };

export const workerMemory = memoryCase('worker-memory', '1 minute', () => [0]);

/** The same media in minutes: what is left of the difference is what the length of a clip costs. */
export const workerMemoryMinutes = memoryCase(
  'worker-memory-minutes',
  'the same 3 hours as clips of 1 minute each',
  ({ durationMs }) => Array.from({ length: Math.floor(durationMs / MINUTE_MS) }, (_, minute) => minute * MINUTE_MS),
);
