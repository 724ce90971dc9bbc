import { concatenate } from '../baselines/concatenate.js';
import { timed } from '../measure/timed.js';
import type { BenchCase } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { makeExport } from '../stack/export-client.js';
import { type BenchRecording, type RecordingCache, WIDE_KEY } from '../stack/recordings.js';

const BASELINE_KEY = 'baseline/ts-copy-10m.ts';

export const tsCopy10m = (stack: BenchStack, cache: RecordingCache, onProgress: (text: string) => void): BenchCase => {
  let recording: BenchRecording;

  /** Whole segments one after another are as many bytes on both sides. */
  const check = async (key: string): Promise<void> => {
    const found = await stack.store.head({ bucket: EXPORTS, key });
    if (found?.sizeBytes !== recording.sizeBytes)
      throw new Error(`${key} has ${found?.sizeBytes} bytes, the recording has ${recording.sizeBytes}`);
  };
  const remove = (key: string): Promise<void> => stack.store.delete({ bucket: EXPORTS, key });

  return {
    name: 'ts-copy-10m',
    unit: 'ms',
    better: 'smaller',
    what: {
      ours: 'POST to finished: a ts of the whole 10-minute recording (600 MB, segments of 6 MB), copied inside the store',
      baseline:
        'every segment downloaded, concatenated and uploaded in parts by the same driver, without a file in between',
    },
    limit:
      'the store: no byte passes our processes before the completion. In the file store that joins the linked segments, reading and writing each byte once; the baseline writes it twice (part, object). An S3 server copies on its own disks',
    prepare: async () => {
      recording = await cache.copyTo(stack.store, WIDE_KEY, onProgress);
    },
    ours: async (round) => {
      const { playlistKey, durationMs } = recording;
      const order = { playlistKey, type: 'ts', startMs: 0, durationMs, fileName: `ts-${round}` } as const;
      const made = await makeExport(stack, order);
      await check(made.key);
      await remove(made.key);
      return made.durationMs;
    },
    baseline: async () => {
      const durationMs = await timed(() => concatenate(stack, recording.segmentKeys, BASELINE_KEY));
      await check(BASELINE_KEY);
      await remove(BASELINE_KEY);
      return durationMs;
    },
    finish: async () => undefined,
  };
};
