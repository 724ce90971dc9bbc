import path from 'node:path';
import { runProgram } from '../baselines/run-program.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';

/** What ffmpeg and ffprobe read of an output. */
export const ffmpegInputOfObject = async ({ fleet, store }: BenchStack, key: string): Promise<string> => {
  const { config } = fleet.store;
  if (config.driver === 'file') return path.join(config.rootPath, EXPORTS, key);
  return store.signedUrl({ bucket: EXPORTS, key }, { expiresInMs: 600_000 });
};

export const videoPacketCount = async (input: string): Promise<number> => {
  const show = ['-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0'];
  return Number(await runProgram('ffprobe', ['-v', 'error', '-select_streams', 'v:0', ...show, input]));
};

export const durationMsOf = async (input: string): Promise<number> =>
  1000 *
  Number(await runProgram('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', input]));
