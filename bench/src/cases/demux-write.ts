import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { runForComplaints, runProgram } from '../baselines/run-program.js';
import { videoPacketCount } from '../measure/check-output.js';
import type { BenchCase } from '../run/bench-case.js';
import { RECORDINGS, type BenchStack } from '../stack/bench-stack.js';
import { DEMO_KEY, type RecordingCache } from '../stack/recordings.js';

const CHILD = fileURLToPath(new URL('../children/remux-main.js', import.meta.url));
const MB = 1_000_000;

type Tool = 'ours' | 'mediabunny' | 'ffmpeg';

/** Processor seconds of one remux. */
const remux = async (tool: Tool, input: string, output: string): Promise<number> => {
  if (tool !== 'ffmpeg') return Number(await runProgram(process.execPath, [CHILD, tool, input, output]));
  const args = ['-y', '-benchmark', '-i', input, '-map', '0:v', '-map', '0:a', '-c', 'copy', output];
  const [, user, system] = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(await runForComplaints('ffmpeg', args))!;
  return Number(user) + Number(system);
};

/** Ours beside another tool on one transport stream in a file: no store, no fleet, no checksums. */
const demuxWriteBeside =
  (name: 'demux-write' | 'demux-write-js', other: Tool, otherText: string) =>
  (stack: BenchStack, cache: RecordingCache, onProgress: (text: string) => void): BenchCase => {
    const input = path.join(stack.stateDirectory, `${name}.ts`);
    const output = path.join(stack.stateDirectory, `${name}.mp4`);
    const packets = new Map<Tool, number>();

    const measure = async (tool: Tool, round: number): Promise<number> => {
      const cpuSeconds = await remux(tool, input, output);
      if (round === 0) packets.set(tool, await videoPacketCount(output));
      if (new Set(packets.values()).size > 1) throw new Error(`not the same pictures: ${JSON.stringify([...packets])}`);
      const { size } = await stat(input);
      return size / MB / cpuSeconds;
    };

    return {
      name,
      unit: 'MB/CPU-s',
      better: 'larger',
      what: {
        ours: 'demux and write by libs/mpegts and libs/isobmff in one Node process, file to file, MB of transport stream per second of processor time',
        baseline: otherText,
      },
      limit: 'one thread of JavaScript; copying each byte twice (payload out of packets, chunk to file)',
      prepare: async () => {
        const recording = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
        async function* segments(): AsyncGenerator<Uint8Array> {
          for (const key of recording.segmentKeys)
            yield* (await stack.store.get({ bucket: RECORDINGS, key })) as AsyncIterable<Uint8Array>;
        }
        await pipeline(segments, createWriteStream(input));
      },
      ours: (round) => measure('ours', round),
      baseline: (round) => measure(other, round),
      finish: async () => {
        for (const file of [input, output]) await rm(file, { force: true });
      },
    };
  };

export const demuxWrite = demuxWriteBeside(
  'demux-write',
  'ffmpeg',
  '`ffmpeg -c copy` of the same file, by its own -benchmark',
);
export const demuxWriteJs = demuxWriteBeside(
  'demux-write-js',
  'mediabunny',
  'mediabunny (npm), the same file, in a Node process of its own',
);
