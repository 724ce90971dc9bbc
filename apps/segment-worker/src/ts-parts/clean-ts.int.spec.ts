import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type BenchRecording,
  copyComplaints,
  decodeComplaints,
  ffprobePackets,
  frameHashes,
  type ProbedPacket,
  type RecordingOptions,
  TaskBench,
  walkTransportStream,
} from '@clipfleet/testing';
import type { Piece, TsPartsTask } from '@clipfleet/timeline';
import { writeTsParts } from './write-ts-parts.js';

const MIB = 1024 * 1024;
const CLOCK_WRAP_TICKS = 2 ** 33;
const bench = new TaskBench();
afterAll(() => bench.close());

const clean = async (
  { source }: BenchRecording,
  pieces: Piece[],
  given: Partial<TsPartsTask> = {},
): Promise<{ path: string; bytes: Uint8Array }> => {
  const task: TsPartsTask = {
    ...{ kind: 'ts-parts', source, lead: [], cutMode: 'keyframe', equalPartBytes: 8 * MIB, clean: true },
    workBytes: pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0),
    parts: [{ partNumber: 1, method: 'stream', pieces }],
    ...given,
  };
  const { path } = await bench.run(task, (io) => writeTsParts(task, io), { extension: '.ts' });
  return { path, bytes: readFileSync(path) };
};

/** The segments of a recording one behind the other, as they are. */
const joined = ({ recording }: BenchRecording, run?: number): string => {
  const path = join(bench.rootPath, `${randomUUID()}.ts`);
  const segments = recording.segments.filter((segment) => run === undefined || segment.run === run);
  writeFileSync(path, Buffer.concat(segments.map(({ uri }) => readFileSync(join(recording.directory, uri)))));
  return path;
};

const payloads = (packets: ProbedPacket[]): string[] =>
  packets.map(({ sizeBytes, sha256 }) => `${sizeBytes} ${sha256}`);
/** Differences of neighbours on a clock of 33 bits. */
const stepsOf = (ticks: number[]): number[] =>
  ticks.slice(1).map((value, index) => (value - ticks[index] + CLOCK_WRAP_TICKS) % CLOCK_WRAP_TICKS);

const byClock =
  (from: number) =>
  (a: number, b: number): number =>
    ((a - from + 1.5 * CLOCK_WRAP_TICKS) % CLOCK_WRAP_TICKS) - ((b - from + 1.5 * CLOCK_WRAP_TICKS) % CLOCK_WRAP_TICKS);

const expectClean = async ({ path, bytes }: { path: string; bytes: Uint8Array }): Promise<void> => {
  expect(await copyComplaints(path)).toBe('');
  expect(await decodeComplaints(path)).toBe('');
  const walk = walkTransportStream(bytes);
  expect(walk).toMatchObject({ continuityErrors: 0, discontinuities: 0 });
  // forwards, and never further than a PCR may be apart (ISO/IEC 13818-1 §2.7.2: 0.1 s), but for what the source leaves out
  for (const step of stepsOf(walk.pcrTicks)) {
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(90_000);
  }
};

const RUN = { durationSeconds: 2, segmentSeconds: 1, gopSeconds: 1 };
const sources: Record<string, Partial<RecordingOptions>> = {
  'one run': RUN,
  'a clock that begins at 0 again': { ...RUN, laterRuns: [{}] },
  'clocks that jump back and forth': { ...RUN, ptsOffsetSeconds: 3_000, laterRuns: [{ ptsOffsetSeconds: 10 }, {}] },
  'a clock that wraps within a run': { ...RUN, ptsOffsetSeconds: 95_442, laterRuns: [{ ptsOffsetSeconds: 95_441.5 }] },
  'a run whose pictures are not reordered': { ...RUN, laterRuns: [{ bFrames: 0 }, {}] },
  'another picture in the next run': { ...RUN, laterRuns: [{ widthPixels: 480, heightPixels: 270 }] },
  'two audio tracks at 44.1 kHz': { ...RUN, audio: [{ sampleRateHz: 44_100 }, { codec: 'mp2' }], laterRuns: [{}] },
  'E-AC-3 and HEVC': { ...RUN, videoCodec: 'hevc', audio: [{ codec: 'eac3' }], laterRuns: [{}] },
  'no audio': { ...RUN, audio: [], laterRuns: [{}] },
  'no video': { ...RUN, videoCodec: 'none', laterRuns: [{}] },
};

/**
 * At a discontinuity a track waits for the longest one, which is at most two frames of sound longer, and all wait until pictures
 * that are reordered again can be decoded in time. The longest track does not wait.
 */
const mostWaitTicks = ({ audio = [{}], laterRuns }: Partial<RecordingOptions>, track: string): number => {
  if (laterRuns?.some(({ bFrames }) => bFrames === 0)) return 6_000;
  return track !== 'v:0' && audio.length === 1 ? 1 : 4_703;
};

/** The packets of each PID that have a payload are counted anew. */
const withCountersFrom = (first: number, bytes: Uint8Array): Buffer => {
  const made = Buffer.from(bytes);
  const next = new Map<number, number>();
  for (let at = 0; at < made.length; at += 188) {
    const pid = made.readUInt16BE(at + 1) & 0x1fff;
    const hasPayload = (made[at + 3] & 0x10) !== 0;
    const counter = next.get(pid) ?? first;
    made[at + 3] = (made[at + 3] & 0xf0) | ((hasPayload ? counter : counter - 1) & 0x0f);
    next.set(pid, hasPayload ? counter + 1 : counter);
  }
  return made;
};

describe('a clean ts', () => {
  it.each(Object.entries(sources))('of a recording with %s', async (_name, options) => {
    const recorded = await bench.record(options);
    const made = await clean(recorded, recorded.pieces);
    await expectClean(made);
    const [hasVideo, audioCount] = [options.videoCodec !== 'none', options.audio?.length ?? 1];
    const source = joined(recorded);
    const tracks = [...(hasVideo ? ['v:0'] : []), ...Array.from({ length: audioCount }, (_, index) => `a:${index}`)];
    for (const track of tracks) {
      const packets = await ffprobePackets(made.path, track);
      expect(payloads(packets)).toEqual(payloads(await ffprobePackets(source, track)));
      for (const step of stepsOf(packets.map(({ dts }) => dts!))) expect(step).toBeGreaterThan(0);
      const steps = stepsOf(packets.map(({ pts }) => pts!).toSorted(byClock(packets[0].pts!)));
      expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(mostWaitTicks(options, track));
    }
  });

  it('of segments that were muxed one by one, with counters that begin anew', async () => {
    const recorded = await bench.record({ durationSeconds: 4, segmentSeconds: 1, gopSeconds: 1 });
    const pieces = recorded.pieces.map((piece) => ({ ...piece, key: `reset/${piece.key}` }));
    const segments = recorded.recording.segments.map(({ uri }) =>
      withCountersFrom(7, readFileSync(join(recorded.recording.directory, uri))),
    );
    const { bucket } = recorded.source;
    await Promise.all(pieces.map(({ key }, index) => bench.store.put({ bucket, key }, segments[index])));
    expect(walkTransportStream(Buffer.concat(segments)).continuityErrors).toBeGreaterThan(3);
    const made = await clean(recorded, pieces);
    await expectClean(made);
    expect(withCountersFrom(0, made.bytes)).toEqual(withCountersFrom(0, Buffer.concat(segments)));
  });

  it('of encrypted segments', async () => {
    const options = { ...RUN, laterRuns: [{ ptsOffsetSeconds: 100 }] };
    const [plain, encrypted] = [
      await bench.record(options),
      await bench.record({ ...options, encryption: 'explicit-iv' }),
    ];
    const playlist = readFileSync(encrypted.recording.playlistPath, 'utf8');
    const keyUri = /URI="([^"]+)"/.exec(playlist)?.[1] ?? '';
    const ivs = [...playlist.matchAll(/IV=0x([0-9a-fA-F]{32})/g)].map((match) => match[1]);
    const pieces = encrypted.pieces.map((piece, i) => ({
      ...piece,
      cipher: { keyObjectKey: piece.key.replace(/[^/]+$/, keyUri), ivHex: ivs[Math.min(i, ivs.length - 1)] },
    }));
    const made = await clean(encrypted, pieces);
    expect(made.bytes).toEqual((await clean(plain, plain.pieces)).bytes);
    await expectClean(made);
  });

  it.each([
    ['in the second run', 3, 5],
    ['in the first, out in the second', 0, 3],
    ['over three runs', 0, 5],
  ])('that is cut at keyframes %s', async (_name, first, last) => {
    const recorded = await bench.record({
      durationSeconds: 4,
      gopSeconds: 1,
      laterRuns: [{ ptsOffsetSeconds: 50 }, {}],
    });
    const pieces = recorded.pieces.slice(first, last + 1);
    const edges = { trimStart: { offsetTicks: 135_000 }, trimEnd: { offsetTicks: 45_000 } };
    const made = await clean(recorded, pieces, edges);
    await expectClean(made);
    // keyframes at every second: in at 1.5 s starts at 1 s; out at 0.5 s of the last segment
    const runs = await Promise.all([0, 1, 2].map((run) => frameHashes(joined(recorded, run))));
    const all = runs.flat().map(({ md5 }) => md5);
    const shown = (await frameHashes(made.path)).map(({ md5 }) => md5);
    const wanted = all.slice(first * 60 + 30, last * 60 + 15);
    expect(shown.slice(0, wanted.length)).toEqual(wanted);
    expect(shown.length - wanted.length).toBeLessThanOrEqual(2);
  });

  it('is written in parts of one size, and the same bytes each time', async () => {
    const recorded = await bench.record({ durationSeconds: 4, noise: true, laterRuns: [{}] });
    const pieces = [
      ...recorded.pieces,
      ...recorded.pieces.map((piece) => ({ ...piece, runIndex: piece.runIndex + 2 })),
    ];
    const [once, again] = [await clean(recorded, pieces), await clean(recorded, pieces)];
    expect(once.bytes.length).toBe(pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0));
    expect(once.bytes.length).toBeGreaterThan(8 * MIB);
    expect(Buffer.compare(once.bytes, again.bytes)).toBe(0);
    await expectClean(once);
  });
});
