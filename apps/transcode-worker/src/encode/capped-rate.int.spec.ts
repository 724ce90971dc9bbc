import { afterAll, describe, expect, it } from '@jest/globals';
import { ffprobePackets } from '@clipfleet/testing';
import { BUILT_IN_PROFILES, type VideoEncoding } from '@clipfleet/timeline';
import { EncodeBench, tasksOf } from './encode-bench.fixture.js';

const bench = new EncodeBench();
afterAll(() => bench.close());

const FRAMES_PER_SECOND = 25;

/** How full a decoder's buffer of two seconds of the cap is at its emptiest, as a share of it; negative: it has run dry. */
const lowestFill = async (file: string, capBps: number): Promise<number> => {
  const bufferBits = 2 * capBps;
  let [fill, lowest] = [0.9 * bufferBits, bufferBits];
  for (const { sizeBytes } of await ffprobePackets(file, 'v:0')) {
    fill -= sizeBytes * 8;
    lowest = Math.min(lowest, fill);
    fill = Math.min(bufferBits, fill + capBps / FRAMES_PER_SECOND);
  }
  return lowest / bufferBits;
};

describe('ranges of a capped bit rate', () => {
  it.each([
    ['h264', 500_000, 10],
    ['hevc', 300_000, 14],
  ] as const)('keep to the cap across their borders, however many there are: %s', async (codec, capBps, crf) => {
    const noise = { noise: true, frameRate: String(FRAMES_PER_SECOND), widthPixels: 160, heightPixels: 90 };
    const recorded = await bench.tasks.record({ ...noise, durationSeconds: 16 });
    const video: VideoEncoding = {
      ...BUILT_IN_PROFILES['default'].video,
      ...{ codec, rate: { kind: 'quality', crf, maxBitrateBps: capBps } },
    };
    const { path } = await bench.run(tasksOf(recorded, { piecesPerRange: 2, video }));
    const fill = await lowestFill(path, capBps);
    expect(fill).toBeGreaterThan(0);
    // the cap is reached: it is what holds the rate
    expect(fill).toBeLessThan(0.6);
  });
});
