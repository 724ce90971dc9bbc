import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExportResource, NativeExportRequest } from '@clipfleet/contracts';
import { fattened } from '../media/fat-recording.js';
import { makeRecording } from '../media/make-recording.js';
import { decodeComplaints, ffprobePackets, type FrameHash } from '../media/probe.js';
import type { Recording } from '../media/recording.js';
import { copyComplaints, framesBetween, rebased, shownFrames, sourceFrames } from './checks.fixture.js';
import { nativeRequest, submit, untilExport } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';

const MIB = 1024 * 1024;
const TICKS_PER_MS = 90;
const FRAME_TICKS = 3_000;
/** A frame of AAC at 48 kHz. */
const AUDIO_FRAME_MS = 1024 / 48;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet({ CLIPFLEET_SMALL_OUTPUT_BYTES: '0', CLIPFLEET_TASK_BYTES: String(8 * MIB) });
});
afterAll(() => fleet?.close());

/** A recording and what of it is shown, in ms from its start. */
type ClipOf = [recording: Recording, startMs: number, endMs: number];
type Output = Omit<NativeExportRequest['output'], 'destination'>;

const requestOf = async (clips: readonly ClipOf[], output: Output): Promise<NativeExportRequest> => {
  const requests: NativeExportRequest[] = [];
  for (const [recording, startMs, endMs] of clips) {
    const playlist = await fleet.upload(fleet.fileStore, recording);
    const range = { kind: 'from-start', startMs, durationMs: endMs - startMs } as const;
    requests.push(nativeRequest(fleet.fileStore, playlist, range, output));
  }
  return { ...requests[0], edit: { clips: requests.flatMap(({ edit }) => edit.clips) } };
};

const exportOf = async (clips: readonly ClipOf[], output: Output): Promise<{ ended: ExportResource; file: string }> => {
  const ended = await untilExport(fleet, (await submit(fleet, await requestOf(clips, output))).id);
  expect(ended).toMatchObject({ state: 'completed' });
  return { ended, file: await fleet.download(fleet.fileStore, ended.destination.key) };
};

/** The pictures with in ≤ pts < out of each clip, the clips one after another. */
const expectedFrames = async (clips: readonly ClipOf[]): Promise<FrameHash[]> => {
  const all: FrameHash[] = [];
  for (const [recording, startMs, endMs] of clips) {
    const shiftTicks = all.length === 0 ? 0 : all.at(-1)!.pts + FRAME_TICKS;
    const shown = rebased(framesBetween(await sourceFrames(recording), startMs, endMs));
    all.push(...shown.map(({ pts, md5 }) => ({ md5, pts: pts + shiftTicks })));
  }
  return all;
};

/** How much longer audio is heard than pictures are shown. */
const audioOverrunMs = async (file: string, frames: readonly FrameHash[]): Promise<number> => {
  const heard = (await ffprobePackets(file, 'a:0')).filter(({ flags }) => !flags.includes('D'));
  const endMs = Math.max(...heard.map(({ pts }) => pts! / 48)) + AUDIO_FRAME_MS;
  return endMs - (frames.at(-1)!.pts + FRAME_TICKS) / TICKS_PER_MS;
};

describe('an edit of several clips', () => {
  it.each([
    ['one range', undefined, 'edit-list'],
    ['several ranges', 4 * MIB, 'edit-list'],
    ['several ranges with encoded edges', 4 * MIB, 'reencode'],
  ] as const)('as mp4 in %s shows exactly the frames of each, in order', async (_name, segmentBytes, by) => {
    const first = await makeRecording();
    const second = await makeRecording({ widthPixels: 480, heightPixels: 270, ptsOffsetSeconds: 777 });
    const lastMs = 11_300;
    const clips: ClipOf[] = [
      [first, 2_533, 5_100],
      [first, 7_050, lastMs],
      [second, 1_020, lastMs],
      [first, 2_533, 5_100],
    ];
    const stored = await Promise.all(
      clips.map(async ([recording, ...range]): Promise<ClipOf> => [
        segmentBytes === undefined ? recording : await fattened(recording, segmentBytes),
        ...range,
      ]),
    );
    const { ended, file } = await exportOf(stored, { container: 'mp4', cutMode: 'exact', exact: { by } });
    const expected = await expectedFrames(clips);
    const shown = await shownFrames(file);
    if (by === 'edit-list') expect(shown).toEqual(expected);
    else {
      expect(shown.map(({ pts }) => pts)).toEqual(expected.map(({ pts }) => pts));
      expect(await ffprobePackets(file, 'v:0')).toHaveLength(expected.length);
      // what lies between a head and its tail is as it was
      const own = shown.filter(({ md5 }, index) => md5 === expected[index].md5).length;
      expect(own).toBeGreaterThan(expected.length / 2);
    }
    expect(await decodeComplaints(file)).toBe('');
    expect(Math.abs(await audioOverrunMs(file, shown))).toBeLessThanOrEqual(22);
    const lengthMs = clips.reduce((sum, [, startMs, endMs]) => sum + endMs - startMs, 0);
    expect(ended.result).toMatchObject({
      videoFrameCount: expected.length,
      coverage: { clock: 'edit', requested: { startMs: 0, endMs: lengthMs }, missing: [] },
      clips: clips.map(([, startMs, endMs]) => ({ clock: 'recording', requested: { startMs, endMs } })),
    });
    for (const { requested, achieved } of ended.result!.clips!) {
      expect(achieved.startMs - requested.startMs).toBeLessThanOrEqual(34);
      expect(achieved.endMs - requested.endMs).toBeLessThanOrEqual(34);
    }
  });

  /** Of whole segments of 2 s. */
  const wholeSegments = async (): Promise<ClipOf[]> => {
    const first = await makeRecording();
    const second = await makeRecording({ widthPixels: 480, heightPixels: 270, ptsOffsetSeconds: 777 });
    return [
      [first, 2_000, 6_000],
      [first, 8_000, 10_000],
      [second, 0, 4_000],
    ];
  };
  const hashes = (frames: readonly FrameHash[]): string[] => frames.map(({ md5 }) => md5);

  it('as ts has the pictures of each, in order, with one clock and one row of counters', async () => {
    const clips = await wholeSegments();
    const { file } = await exportOf(clips, { container: 'ts', cutMode: 'segment' });
    expect(hashes(await shownFrames(file))).toEqual(hashes(await expectedFrames(clips)));
    expect(await copyComplaints(file)).toBe('');
    expect(await decodeComplaints(file)).toBe('');
  });

  it('as ts with encoded edges has the pictures from in to out of each, and no other', async () => {
    const first = await makeRecording();
    const clips: ClipOf[] = [
      [first, 2_533, 5_100],
      [await fattened(first, 8 * MIB), 1_050, 9_900],
    ];
    const { ended, file } = await exportOf(clips, { container: 'ts', cutMode: 'exact', exact: { by: 'reencode' } });
    const expected = await expectedFrames([clips[0], [first, 1_050, 9_900]]);
    const shown = await shownFrames(file);
    expect(shown).toHaveLength(expected.length);
    expect(ended.result).toMatchObject({ videoFrameCount: expected.length });
    // heads of 44 and 28, and what the tails take
    const own = shown.filter(({ md5 }, index) => md5 === expected[index].md5).length;
    expect([own < expected.length - 70, own > expected.length - 80]).toEqual([true, true]);
    expect([await copyComplaints(file), await decodeComplaints(file)]).toEqual(['', '']);
  });

  it('as ts cut at keyframes tells where each clip was cut', async () => {
    const first = await makeRecording();
    const clips: ClipOf[] = [
      [first, 2_533, 5_100],
      [first, 7_050, 9_000],
    ];
    const { ended, file } = await exportOf(clips, { container: 'ts', cutMode: 'keyframe' });
    expect(ended.result!.clips!.map(({ achieved }) => achieved.startMs)).toEqual([2_000, 6_000]);
    expect(await decodeComplaints(file)).toBe('');
  });

  it('as playlist lists the segments of each with discontinuities between them', async () => {
    const clips = await wholeSegments();
    const { ended, file } = await exportOf(clips, { container: 'playlist' });
    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines.filter((line) => line === '#EXT-X-DISCONTINUITY')).toHaveLength(2);
    expect(lines.filter((line) => line.endsWith('.ts'))).toHaveLength(5);
    const inStore = path.join(fleet.fileStore.rootPath!, ended.destination.bucket, ended.destination.key);
    expect(hashes(await shownFrames(inStore))).toEqual(hashes(await expectedFrames(clips)));
  });

  it('of which one may not be read is refused as a whole', async () => {
    const request = await requestOf((await wholeSegments()).slice(0, 2), { container: 'mp4' });
    const [allowed, other] = request.edit.clips;
    const locations = other.source.locations.map((at) => ({ ...at, bucket: 'not-granted' }));
    const clips = [allowed, { ...other, source: { ...other.source, locations } }];
    await expect(submit(fleet, { ...request, edit: { clips } })).rejects.toThrow('HTTP 403');
  });
});
