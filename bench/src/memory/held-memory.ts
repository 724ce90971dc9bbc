import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { peakMemoryMb } from '../measure/peak-memory.js';

const PROBE = new URL('../children/memory-probe.js', import.meta.url);
const MB = 1_000_000;

export interface HeldMemory {
  /** Of V8, after a collection. */
  heapMb: number;
  /** Resident after the same collection. */
  residentMb: number;
  /** The most that was resident since the process began. */
  peakMb: number;
}

/** For the process that is to be asked: it tells what it holds on a socket at `socketPath`. */
export const probeEnv = (socketPath: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${fileURLToPath(PROBE)}`,
  BENCH_MEMORY_SOCKET: socketPath,
});

export const heldMemoryOf = async (pid: number, socketPath: string): Promise<HeldMemory> => {
  // before the collection, which needs memory itself
  const peakMb = peakMemoryMb(pid);
  const { heapUsed, rss } = await usageOn(socketPath);
  return { heapMb: heapUsed / MB, residentMb: rss / MB, peakMb };
};

const usageOn = (socketPath: string): Promise<NodeJS.MemoryUsage> =>
  new Promise((resolve, reject) => {
    request({ socketPath }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as NodeJS.MemoryUsage));
    })
      .on('error', reject)
      .end();
  });
