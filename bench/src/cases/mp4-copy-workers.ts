import { ffmpegCopy, ffmpegInput } from '../baselines/one-ffmpeg.js';
import { ffmpegInputOfObject, videoPacketCount } from '../measure/check-output.js';
import { timed } from '../measure/timed.js';
import type { CaseName } from '../run/arguments.js';
import type { BenchCase } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { makeExport } from '../stack/export-client.js';
import { repeatRecording } from '../stack/long-recording.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';
import { addWorkers } from '../stack/worker-count.js';

interface Options {
  name: CaseName;
  /** Of ten minutes each. */
  loopCount: number;
  workerCount: number;
}

/** No round takes less than so much of the shortest before it. */
const LEAST_SHARE = 0.6;

/** A stream copy to mp4, by a number of workers, of a number of minutes. */
const mp4CopyWith =
  ({ name, loopCount, workerCount }: Options) =>
  (stack: BenchStack, cache: RecordingCache, onProgress: (text: string) => void): BenchCase => {
    let recording: BenchRecording;
    let input: string;
    let workers: { stop(): Promise<void> } | undefined;
    let shortestMs = Infinity;
    const packets = new Map<string, number>();

    const check = async (side: string, key: string): Promise<void> => {
      packets.set(side, await videoPacketCount(await ffmpegInputOfObject(stack, key)));
      if (new Set(packets.values()).size > 1) throw new Error(`not the same pictures: ${JSON.stringify([...packets])}`);
    };
    const settled = async (side: string, key: string, round: number): Promise<void> => {
      if (round === 0) await check(side, key);
      await stack.store.delete({ bucket: EXPORTS, key });
    };

    return {
      name,
      unit: 'ms',
      better: 'smaller',
      comparesCpu: true,
      what: {
        ours: `POST to finished: an mp4 of ${loopCount * 10} minutes, ${workerCount} segment worker${workerCount > 1 ? 's' : ''}`,
        baseline:
          'one `ffmpeg -c copy -movflags +faststart` from the same store, its file uploaded in parts by the same driver',
      },
      limit:
        'processor cores: a worker is one thread of JavaScript, and two of them need two cores that nobody else uses; then the parts are joined (file store, in the gateway). ffmpeg writes its file twice (faststart) before the upload of it begins',
      prepare: async () => {
        const loop = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
        recording = await repeatRecording(stack, loop, { name, loopCount });
        input = await ffmpegInput(stack, recording.playlistKey);
        workers = await addWorkers(stack, 'segment-worker', workerCount);
      },
      ours: async (round) => {
        const { playlistKey, durationMs } = recording;
        const fileName = `${name}-${round}`;
        const earliestMs = shortestMs * LEAST_SHARE;
        const made = await makeExport(stack, {
          ...{ playlistKey, type: 'mp4', startMs: 0, durationMs, fileName },
          ...(earliestMs < Infinity && { earliestMs }),
        });
        shortestMs = Math.min(shortestMs, made.durationMs);
        await settled('ours', made.key, round);
        return made.durationMs;
      },
      baseline: async (round) => {
        const key = `baseline/${name}.mp4`;
        const durationMs = await timed(() => ffmpegCopy(stack, { input, key }));
        await settled('baseline', key, round);
        return durationMs;
      },
      finish: async () => workers?.stop(),
    };
  };

export const mp4Copy10m = mp4CopyWith({ name: 'mp4-copy-10m', loopCount: 1, workerCount: 1 });
export const mp4Copy10m2w = mp4CopyWith({ name: 'mp4-copy-10m-2w', loopCount: 1, workerCount: 2 });
export const mp4Copy60m1w = mp4CopyWith({ name: 'mp4-copy-60m-1w', loopCount: 6, workerCount: 1 });
export const mp4Copy60m2w = mp4CopyWith({ name: 'mp4-copy-60m-2w', loopCount: 6, workerCount: 2 });
