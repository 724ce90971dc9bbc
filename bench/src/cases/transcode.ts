import { ffmpegEncode, ffmpegInput } from '../baselines/one-ffmpeg.js';
import { ffmpegInputOfObject, videoPacketCount } from '../measure/check-output.js';
import { timed } from '../measure/timed.js';
import type { CaseName } from '../run/arguments.js';
import type { BenchCase, BenchScale } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { cutRecording } from '../stack/long-recording.js';
import { makeTranscode } from '../stack/native-client.js';
import { DEMO_KEY, type RecordingCache } from '../stack/recordings.js';
import { addWorkers } from '../stack/worker-count.js';

/** One of the built-in ones: the picture is made smaller, sound is copied. */
const PROFILE = 'h264-360p';

/** Two minutes encoded by a number of workers, beside one ffmpeg that is told the same. */
const transcodeWith =
  ({ name, workerCount }: { name: CaseName; workerCount: number }) =>
  (
    stack: BenchStack,
    cache: RecordingCache,
    onProgress: (text: string) => void,
    { encodedSegments }: BenchScale,
  ): BenchCase => {
    let playlistKey: string;
    let input: string;
    let workers: { stop(): Promise<void> } | undefined;
    const packets = new Map<string, number>();

    const settled = async (side: string, key: string, round: number): Promise<void> => {
      if (round === 0) packets.set(side, await videoPacketCount(await ffmpegInputOfObject(stack, key)));
      if (new Set(packets.values()).size > 1) throw new Error(`not the same pictures: ${JSON.stringify([...packets])}`);
      await stack.store.delete({ bucket: EXPORTS, key });
    };

    return {
      name,
      unit: 'ms',
      better: 'smaller',
      comparesCpu: true,
      what: {
        ours: `POST to completed: 2 minutes of 720p by the profile ${PROFILE} as mp4, ${workerCount} transcode worker${workerCount > 1 ? 's' : ''}`,
        baseline: 'one ffmpeg with the same decoder, filter, encoder and settings, its file uploaded in parts',
      },
      limit: 'x264, which by itself uses every core: a second worker on the same two cores can add nothing but overlap',
      prepare: async () => {
        const whole = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
        ({ playlistKey } = await cutRecording(stack, whole, { name, segmentCount: encodedSegments }));
        input = await ffmpegInput(stack, playlistKey);
        workers = await addWorkers(stack, 'transcode-worker', workerCount);
      },
      ours: async (round) => {
        const key = `${name}-${round}.mp4`;
        const durationMs = await makeTranscode(stack, { playlistKey, key, profile: PROFILE });
        await settled('ours', key, round);
        return durationMs;
      },
      baseline: async (round) => {
        const key = `baseline/${name}.mp4`;
        const durationMs = await timed(() => ffmpegEncode(stack, { input, key, profile: PROFILE }));
        await settled('baseline', key, round);
        return durationMs;
      },
      finish: async () => workers?.stop(),
    };
  };

export const transcode2m1w = transcodeWith({ name: 'transcode-2m-1w', workerCount: 1 });
export const transcode2m2w = transcodeWith({ name: 'transcode-2m-2w', workerCount: 2 });
