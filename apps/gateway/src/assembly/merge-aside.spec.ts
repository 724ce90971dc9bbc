import { beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodeRangeReport, IsobmffError, RangeWriter, readMovie } from '@clipfleet/isobmff';
import { mergeAside } from './merge-aside.js';
import { type MergeRequest, replyToMerge } from './merge-reports.js';

type Config = Parameters<RangeWriter['push']>[1];
const never = new AbortController().signal;
const options = { container: 'mp4', minFirstPartBytes: 5 << 20, reservedBytes: 5 << 20 } as const;
const BLANK = new Uint8Array(4096);

const config: Config = {
  ...{ kind: 'audio', codec: 'aac', pid: 257, streamIndex: 0, runIndex: 0, sampleRateHz: 48_000, channelCount: 2 },
  ...{ samplesPerFrame: 1024, audioSpecificConfig: Uint8Array.of(0x11, 0x90) },
};

/** Reports of ranges of so many frames, whose sizes do not compress. */
const reportsOf = (rangeCount: number, framesPerRange: number): Uint8Array[] => {
  let index = 0;
  return Array.from({ length: rangeCount }, () => {
    const writer = new RangeWriter();
    for (let n = 0; n < framesPerRange; n++, index++) {
      const data = BLANK.subarray(0, 1 + ((index * 2_654_435_761) % 4096));
      const times = { ptsTicks: index * 1920, dtsTicks: index * 1920 };
      const fixed = { kind: 'audio', pid: 257, keyframe: true, stamped: true, runIndex: 0 } as const;
      writer.push({ ...fixed, ...times, data, sampleCount: 1024, sampleRateHz: 48_000 }, config);
    }
    return encodeRangeReport(writer.finish().report);
  });
};

/** Turns of the event loop until a promise is settled: what polls can be answered in. */
const turnsDuring = async (promise: Promise<unknown>): Promise<number> => {
  const end = { isThere: false };
  const settled = promise.finally(() => (end.isThere = true));
  let turns = 0;
  for (; !end.isThere; turns++) await nextTurn();
  await settled;
  return turns;
};

describe('merging beside the event loop', () => {
  let large: MergeRequest;
  beforeAll(() => {
    large = { reports: reportsOf(8, 25_000), options };
  });

  it('gives the same header in a thread as in place', async () => {
    const header = await mergeAside(large, never);
    const inPlace = replyToMerge(large);
    if (!inPlace.ok) throw new Error(inPlace.message);
    expect(Buffer.compare(header.headerBytes, inPlace.header.headerBytes)).toBe(0);
    const blank = { headerBytes: undefined };
    expect({ ...header, ...blank }).toEqual({ ...inPlace.header, ...blank });
    expect(readMovie(header.headerBytes.subarray(0, -16)).tracks[0].tables.sizesBytes).toHaveLength(200_000);
  });

  it('leaves the event loop to others while a large one is merged', async () => {
    expect(await turnsDuring(mergeAside(large, never))).toBeGreaterThan(100);
  });

  it('merges a small one at once', async () => {
    const small = { reports: reportsOf(2, 100), options };
    expect(await turnsDuring(mergeAside(small, never))).toBeLessThan(3);
  });

  it.each([
    ['in place', () => [new Uint8Array(100)]],
    ['in a thread', () => [...large.reports, new Uint8Array(100)]],
  ])('refuses a damaged report by name, %s', async (_name, reports) => {
    const refused = mergeAside({ reports: reports(), options }, never);
    await expect(refused).rejects.toBeInstanceOf(IsobmffError);
    await expect(refused).rejects.toMatchObject({ code: 'report-invalid' });
  });

  it('stops with its signal', async () => {
    const abort = new AbortController();
    const merging = mergeAside(large, abort.signal);
    abort.abort(new Error('shutdown'));
    await expect(merging).rejects.toThrow('shutdown');
  });
});
