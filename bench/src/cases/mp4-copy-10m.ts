import { ffmpegCopy, ffmpegInput } from '../baselines/ffmpeg-copy.js';
import { ffmpegInputOfObject, videoPacketCount } from '../measure/check-output.js';
import type { BenchCase } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { makeExport } from '../stack/export-client.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';
import { timed } from '../measure/timed.js';

const BASELINE_KEY = 'baseline/mp4-copy-10m.mp4';

export const mp4Copy10m = (stack: BenchStack, cache: RecordingCache, onProgress: (text: string) => void): BenchCase => {
  let recording: BenchRecording;
  let input: string;
  const packets: Partial<Record<'ours' | 'baseline', number>> = {};

  /** In the warm-up only: figures of two things that are not the same would mean nothing. */
  const check = async (side: 'ours' | 'baseline', key: string): Promise<void> => {
    packets[side] = await videoPacketCount(await ffmpegInputOfObject(stack, key));
    if (packets.ours !== undefined && packets.baseline !== undefined && packets.ours !== packets.baseline)
      throw new Error(`the export has ${packets.ours} pictures, ffmpeg's file has ${packets.baseline}`);
  };

  return {
    name: 'mp4-copy-10m',
    unit: 'ms',
    better: 'smaller',
    what: {
      ours: 'POST to finished: an mp4 of the whole 10-minute recording, through the public API',
      baseline:
        'one `ffmpeg -i playlist -c copy -movflags +faststart` from the same store, its file uploaded in parts by the same driver',
    },
    limit:
      'one process with one thread demuxes both ranges and checks the sum of every part, in JavaScript, against C; then the parts are joined (file store). ffmpeg writes its file twice (faststart) before the upload of it begins',
    prepare: async () => {
      recording = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
      input = await ffmpegInput(stack, recording.playlistKey);
    },
    ours: async (round) => {
      const { playlistKey, durationMs } = recording;
      const order = { playlistKey, type: 'mp4', startMs: 0, durationMs, fileName: `mp4-${round}` } as const;
      const made = await makeExport(stack, order);
      if (round === 0) await check('ours', made.key);
      await stack.store.delete({ bucket: EXPORTS, key: made.key });
      return made.durationMs;
    },
    baseline: async (round) => {
      const durationMs = await timed(() => ffmpegCopy(stack, { input, key: BASELINE_KEY }));
      if (round === 0) await check('baseline', BASELINE_KEY);
      await stack.store.delete({ bucket: EXPORTS, key: BASELINE_KEY });
      return durationMs;
    },
    finish: async () => undefined,
  };
};
