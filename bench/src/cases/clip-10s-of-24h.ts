import { ffmpegCopy, ffmpegInput } from '../baselines/one-ffmpeg.js';
import { durationMsOf, ffmpegInputOfObject } from '../measure/check-output.js';
import { timed } from '../measure/timed.js';
import type { BenchCase } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { makeExport } from '../stack/export-client.js';
import { repeatRecording } from '../stack/long-recording.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';

const DAY_MS = 86_400_000;
const CLIP_MS = 10_000;
/** In the middle of a GOP and of a segment; each round another one, as an equal request would be a poll. */
const START_MS = 72_061_500;
const STEP_MS = 7_300;
/** ffmpeg's own copy begins at a keyframe. */
const TOLERANCE_MS = 2_500;
const BASELINE_KEY = 'baseline/clip-10s-of-24h.mp4';

export const clip10sOf24h = (
  stack: BenchStack,
  cache: RecordingCache,
  onProgress: (text: string) => void,
): BenchCase => {
  let recording: BenchRecording;
  let input: string;
  let loopMs: number;

  const settled = async (key: string, round: number): Promise<void> => {
    if (round === 0) {
      const durationMs = await durationMsOf(await ffmpegInputOfObject(stack, key));
      if (Math.abs(durationMs - CLIP_MS) > TOLERANCE_MS) throw new Error(`${key} lasts ${durationMs} ms`);
    }
    await stack.store.delete({ bucket: EXPORTS, key });
  };

  return {
    name: 'clip-10s-of-24h',
    unit: 'ms',
    better: 'smaller',
    comparesCpu: true,
    what: {
      ours: 'POST to finished: 10 s as mp4, exact to the frame, out of 24 hours in 14,400 segments',
      baseline: '`ffmpeg -ss … -t 10 -c copy` and the upload, told in which ten minutes the clip lies: from a keyframe',
    },
    limit:
      'a playlist of a megabyte, which a planner reads each time and parses once: the first round is not counted; then what clip-10s has',
    prepare: async () => {
      const loop = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
      recording = await repeatRecording(stack, loop, { name: 'day', loopCount: Math.ceil(DAY_MS / loop.durationMs) });
      // ffmpeg finds nothing by time where the clock begins anew: it is told which ten minutes to look into
      input = await ffmpegInput(stack, loop.playlistKey);
      loopMs = loop.durationMs;
    },
    ours: async (round) => {
      const { playlistKey } = recording;
      const startMs = START_MS + round * STEP_MS;
      const order = { playlistKey, type: 'mp4', startMs, durationMs: CLIP_MS, fileName: `day-${round}` } as const;
      const made = await makeExport(stack, order);
      await settled(made.key, round);
      return made.durationMs;
    },
    baseline: async (round) => {
      const range = { startMs: (START_MS + round * STEP_MS) % loopMs, durationMs: CLIP_MS };
      const durationMs = await timed(() => ffmpegCopy(stack, { input, range, key: BASELINE_KEY }));
      await settled(BASELINE_KEY, round);
      return durationMs;
    },
    finish: async () => undefined,
  };
};
