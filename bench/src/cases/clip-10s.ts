import { ffmpegCopy, ffmpegInput } from '../baselines/one-ffmpeg.js';
import { durationMsOf, ffmpegInputOfObject } from '../measure/check-output.js';
import { median } from '@clipfleet/local-stack';
import { timed } from '../measure/timed.js';
import type { BenchCase } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { makeExport } from '../stack/export-client.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';

const BASELINE_KEY = 'baseline/clip-10s.mp4';
const CLIP_MS = 10_000;
/** In the middle of a GOP and of a segment. */
const FIRST_START_MS = 61_500;
const STEP_MS = 7_300;
/** One is over in a blink: a round is the median of some. */
const CLIPS_A_ROUND = 7;
/** ffmpeg's own copy begins at a keyframe and says so with its duration. */
const TOLERANCE_MS = 2_500;

export const clip10s = (stack: BenchStack, cache: RecordingCache, onProgress: (text: string) => void): BenchCase => {
  let recording: BenchRecording;
  let input: string;

  const check = async (key: string): Promise<void> => {
    const durationMs = await durationMsOf(await ffmpegInputOfObject(stack, key));
    if (Math.abs(durationMs - CLIP_MS) > TOLERANCE_MS) throw new Error(`${key} lasts ${durationMs} ms`);
  };
  const each = async (clip: (startMs: number, index: number) => Promise<number>): Promise<number> => {
    const durationsMs: number[] = [];
    for (let index = 0; index < CLIPS_A_ROUND; index++) {
      durationsMs.push(await clip(FIRST_START_MS + index * STEP_MS, index));
    }
    return median(durationsMs);
  };

  return {
    name: 'clip-10s',
    unit: 'ms',
    better: 'smaller',
    comparesCpu: true,
    what: {
      ours: `POST to finished: an mp4 of 10 s, exact to the frame; median of ${CLIPS_A_ROUND} one after another`,
      baseline: '`ffmpeg -ss … -t 10 -c copy -movflags +faststart` and the upload, as in mp4-copy-10m',
    },
    limit:
      'round trips, each made durable: accept, plan, open the upload, task, report, assemble are six commits, five stream messages and the file syncs of two parts and one object; ffmpeg needs one process and one upload',
    prepare: async () => {
      recording = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
      input = await ffmpegInput(stack, recording.playlistKey);
    },
    ours: (round) =>
      each(async (startMs, index) => {
        const { playlistKey } = recording;
        const fileName = `clip-${round}-${index}`;
        const made = await makeExport(stack, { playlistKey, type: 'mp4', startMs, durationMs: CLIP_MS, fileName });
        if (round === 0) await check(made.key);
        await stack.store.delete({ bucket: EXPORTS, key: made.key });
        return made.durationMs;
      }),
    baseline: (round) =>
      each(async (startMs) => {
        const range = { startMs, durationMs: CLIP_MS };
        const durationMs = await timed(() => ffmpegCopy(stack, { input, range, key: BASELINE_KEY }));
        if (round === 0) await check(BASELINE_KEY);
        await stack.store.delete({ bucket: EXPORTS, key: BASELINE_KEY });
        return durationMs;
      }),
    finish: async () => undefined,
  };
};
