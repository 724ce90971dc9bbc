import { expect } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
export { copyComplaints } from '../media/probe.js';
import { type FrameHash, frameHashes, ffprobePackets, playlistArguments, type ProbedPacket } from '../media/probe.js';
import type { Recording } from '../media/recording.js';
import { copiedPackets, referenceCopy } from '../media/reference.js';
import { testDirectory } from '../test-servers.js';

const TICKS_PER_MS = 90;

const once = <T>(make: (recording: Recording) => Promise<T>): ((recording: Recording) => Promise<T>) => {
  const made = new Map<string, Promise<T>>();
  return (recording) => {
    const known = made.get(recording.directory) ?? make(recording);
    made.set(recording.directory, known);
    return known;
  };
};

const fromFirst = (frames: FrameHash[]): FrameHash[] =>
  frames.map(({ pts, md5 }) => ({ pts: pts - frames[0].pts, md5 }));

/** The pictures of an HLS recording of one run, their times from its first picture on. */
export const sourceFrames = once(async ({ playlistPath }) => fromFirst(await frameHashes(playlistPath)));

/**
 * Where an instant of the playlist's clock lies on the pictures' clock: both in ms from the start. EXTINF is what a packager
 * wrote, so every segment begins anew: with its first picture if that is a keyframe, else with its earliest.
 */
export const pictureMs = async (recording: Recording, playlistMs: number): Promise<number> => {
  // not to be looked into one by one, encrypted or in one file; those of the tests are as long as the playlist says
  if (recording.segments[0].byteRange || existsSync(path.join(recording.directory, 'key.bin'))) return playlistMs;
  const at = recording.segments.findLast(({ startSeconds }) => startSeconds * 1_000 <= playlistMs)!;
  const [first, start] = await Promise.all([
    segmentStart(recording, recording.segments[0]),
    segmentStart(recording, at),
  ]);
  return (start - first) / TICKS_PER_MS + playlistMs - at.startSeconds * 1_000;
};

const segmentStart = async ({ directory }: Recording, { uri }: Recording['segments'][number]): Promise<number> => {
  const packets = await ffprobePackets(path.join(directory, uri), 'v:0');
  const isKeyframe = packets[0].flags.startsWith('K');
  return isKeyframe ? packets[0].pts! : Math.min(...packets.flatMap(({ pts }) => pts ?? []));
};

/** Of frames whose times count from the recording's start: those with in ≤ pts < out. */
export const framesBetween = (frames: readonly FrameHash[], startMs: number, endMs: number): FrameHash[] =>
  frames.filter(({ pts }) => pts >= startMs * TICKS_PER_MS && pts < endMs * TICKS_PER_MS);

/** Pictures and their times, from the first one on: what two files have in common that show the same. */
export const shownFrames = async (file: string): Promise<FrameHash[]> => fromFirst(await frameHashes(file));
export const rebased = (frames: FrameHash[]): FrameHash[] => fromFirst(frames);

type ReferenceType = 'mp4' | 'mov';
const copyAs = (type: ReferenceType) =>
  once(async ({ playlistPath }) => {
    const file = path.join(await mkdtemp(path.join(testDirectory(), 'reference-')), `reference.${type}`);
    await referenceCopy(playlistPath, file);
    return file;
  });
const references = { mp4: copyAs('mp4'), mov: copyAs('mov') };

/** One ffmpeg's copy of a whole HLS recording. */
export const referenceFile = (recording: Recording, type: ReferenceType): Promise<string> =>
  references[type](recording);

export const referencePackets = async (
  recording: Recording,
  type: ReferenceType,
  selector: string,
): Promise<string[]> => (await copiedPackets(await referenceFile(recording, type), selector)).map(lineOf);

const lineOf = ({ pts, dts, duration, sizeBytes, flags, sha256 }: ProbedPacket): string =>
  `pts ${pts} dts ${dts} duration ${duration} bytes ${sizeBytes} ${flags} ${sha256}`;

/**
 * A track's packets, a line each, so that a difference reads well. A track's place in the file is the muxer's own choice.
 */
export const packetsOf = async (file: string, selector: string): Promise<string[]> =>
  (await ffprobePackets(file, selector)).map(lineOf);

/** The bytes of a track's packets alone. */
export const payloadsOf = async (file: string, selector: string): Promise<string[]> =>
  (await ffprobePackets(file, selector)).map(({ sizeBytes, sha256 }) => `bytes ${sizeBytes} ${sha256}`);

/** Pictures from one on, as one ffmpeg decodes them: their pixels in grey, one after another. */
const rawPictures = async (file: string, first: number, count: number): Promise<Buffer> => {
  const wanted = ['-vf', `select=gte(n\\,${first})`, '-vsync', 'passthrough', '-frames:v', `${count}`];
  const asGrey = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    ['-v', 'error', ...playlistArguments(file), '-i', file, ...wanted, ...asGrey],
    { encoding: 'buffer', maxBuffer: 1 << 26 },
  );
  return stdout;
};

/** The index of the source's frame that a picture shows: of the expected one and some `around` it, the one it differs least from. */
export const nearestFrame = async (file: string, source: string, expected: number, around = 1): Promise<number> => {
  const first = Math.max(0, expected - around);
  const count = expected + around + 1 - first;
  const [picture, candidates] = await Promise.all([rawPictures(file, 0, 1), rawPictures(source, first, count)]);
  const differences = Array.from({ length: count }, (_, index) =>
    meanDifference(picture, candidates.subarray(index * picture.length, (index + 1) * picture.length)),
  );
  return first + differences.indexOf(Math.min(...differences));
};

/** Mean difference of two pictures' pixels, 0 to 255. */
const meanDifference = (a: Buffer, b: Buffer): number => {
  if (a.length !== b.length) return 255;
  return a.reduce((sum, pixel, index) => sum + Math.abs(pixel - b[index]), 0) / a.length;
};

/** Pictures that a hierarchy of three B-frames keeps behind a cut, since those before it need them. */
const MAX_REFERENCES = 2;

/**
 * A ts shows the source's frames from a keyframe to the cut; a ts cannot hide pictures, so those behind the cut that earlier
 * ones need to be decoded are shown, too. Returns where the last shown one ends, in ms from the recording's start.
 */
export const expectTsFrames = async (
  file: string,
  recording: Recording,
  startMs: number,
  endMs: number,
): Promise<number> => {
  const source = await sourceFrames(recording);
  const expected = framesBetween(source, startMs, endMs);
  const shown = await shownFrames(file);
  expect(shown.slice(0, expected.length)).toEqual(rebased(expected));
  const later = source.filter(({ pts }) => pts >= endMs * TICKS_PER_MS).map(({ md5 }) => md5);
  const references = shown.slice(expected.length);
  for (const { md5 } of references) expect(later).toContain(md5);
  expect(references.length).toBeLessThanOrEqual(MAX_REFERENCES);
  const frameTicks = source[1].pts - source[0].pts;
  return Math.round((expected[0].pts + shown.at(-1)!.pts + frameTicks) / TICKS_PER_MS);
};
