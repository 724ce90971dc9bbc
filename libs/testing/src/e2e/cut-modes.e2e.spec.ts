import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExportResource, NativeExportRequest } from '@clipfleet/contracts';
import { fattened } from '../media/fat-recording.js';
import { makeRecording } from '../media/make-recording.js';
import { decodeComplaints, ffprobePackets, frameHashes } from '../media/probe.js';
import { framePsnrs } from '../media/psnr.js';
import { DEMO_START_MS } from '../media/recording-options.js';
import type { Recording } from '../media/recording.js';
import { copyComplaints, framesBetween, rebased, shownFrames, sourceFrames } from './checks.fixture.js';
import { nativeRequest, submit, untilExport } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';

const MIB = 1024 * 1024;
/** Every segment is a range of its own: larger than the least range, and nothing counts as small. */
const SEGMENT_BYTES = 9 * MIB;

let fleet: Fleet;
let recording: Recording;
let playlist: string;
let fatPlaylist: string;
beforeAll(async () => {
  recording = await makeRecording();
  fleet = await openFleet({ CLIPFLEET_SMALL_OUTPUT_BYTES: '0', CLIPFLEET_TASK_BYTES: String(8 * MIB) });
  playlist = await fleet.upload(fleet.fileStore, recording);
  fatPlaylist = await fleet.upload(fleet.fileStore, await fattened(recording, SEGMENT_BYTES));
});
afterAll(() => fleet?.close());

/** Neither end on a keyframe, nor on a segment, nor on a frame: 30 frames a second, GOPs and segments of 2 s. */
const [IN_MS, OUT_MS] = [3_210, 7_765];

type NativeOutput = Omit<NativeExportRequest['output'], 'destination'>;

const make = async (
  output: NativeOutput,
  from: string = playlist,
  [inMs, outMs]: readonly [number, number] = [IN_MS, OUT_MS],
): Promise<{ file: string; result: NonNullable<ExportResource['result']> }> => {
  const range = { kind: 'wall-clock', startEpochMs: DEMO_START_MS + inMs, durationMs: outMs - inMs } as const;
  const request = nativeRequest(fleet.fileStore, from, range, output);
  const { state, result, destination, error } = await untilExport(fleet, (await submit(fleet, request)).id);
  expect([state, error]).toEqual(['completed', undefined]);
  return { file: await fleet.download(fleet.fileStore, destination.key), result: result! };
};

const span = (startMs: number, endMs: number): { startMs: number; endMs: number } => ({
  startMs: DEMO_START_MS + startMs,
  endMs: DEMO_START_MS + endMs,
});

/** The frames of the source from in to out, shown by a file that hides none and in which all but a few were not touched. */
const expectEncodedEdges = async (
  file: string,
  [inMs, outMs]: readonly [number, number] = [IN_MS, OUT_MS],
  from: Recording = recording,
): Promise<{ videoFrameCount: number; encodedFrameCount: number }> => {
  const source = await sourceFrames(from);
  const expected = framesBetween(source, inMs, outMs);
  const shown = await shownFrames(file);
  expect(shown.map(({ pts }) => pts)).toEqual(rebased(expected).map(({ pts }) => pts));
  const frameCount = expected.length;
  const psnrs = await framePsnrs(file, from.playlistPath, { firstFrame: source.indexOf(expected[0]), frameCount });
  expect(psnrs).toHaveLength(frameCount);
  expect(Math.min(...psnrs)).toBeGreaterThan(35);
  // 23 from in to the next keyframe, and what refers to a picture behind out
  const encodedFrameCount = shown.filter(({ md5 }, index) => md5 !== expected[index].md5).length;
  expect([encodedFrameCount >= 23, encodedFrameCount <= 27]).toEqual([true, true]);
  expect(await decodeComplaints(file)).toBe('');
  expect(await ffprobePackets(file, 'v:0')).toHaveLength(frameCount);
  return { videoFrameCount: frameCount, encodedFrameCount };
};

describe('a cut', () => {
  const frames = Math.round(((OUT_MS - IN_MS) * 30) / 1000);
  it.each<[string, NativeOutput, { startMs: number; endMs: number }, number]>([
    ['mp4 exact', { container: 'mp4' }, span(3_233, 7_767), frames - 1],
    ['mov exact', { container: 'mov', cutMode: 'exact' }, span(3_233, 7_767), frames - 1],
    ['mp4 exact, encoded', { container: 'mp4', exact: { by: 'reencode' } }, span(3_233, 7_767), frames - 1],
    ['mp4 keyframe', { container: 'mp4', cutMode: 'keyframe' }, span(2_000, 7_767), 173],
    ['mp4 segment', { container: 'mp4', cutMode: 'segment' }, span(2_000, 8_000), 180],
    ['mp4 by one ffmpeg', { container: 'mp4', pipeline: 'single-ffmpeg' }, span(3_233, 7_765), frames - 1],
    // what the last picture before out refers to is shown, too
    [
      'ts exact, encoded',
      { container: 'ts', cutMode: 'exact', exact: { by: 'reencode' } },
      span(3_233, 7_767),
      frames - 1,
    ],
    ['ts keyframe', { container: 'ts' }, span(2_000, 7_833), 174],
  ])(
    'tells what was asked for and what came of it, to the ms and the frame: %s',
    async (_name, output, achieved, count) => {
      const { file, result } = await make(output);
      expect(result.coverage).toMatchObject({ requested: span(IN_MS, OUT_MS), achieved });
      expect(result.videoFrameCount).toBe(count);
      expect(await frameHashes(file)).toHaveLength(count);
    },
  );
});

describe('a cut with encoded edges', () => {
  const output = { container: 'mp4', cutMode: 'exact', exact: { by: 'reencode' } } as const;

  it('hides nothing, and touches nothing in between', async () => {
    const { file, result } = await make(output);
    expect(result).toMatchObject(await expectEncodedEdges(file));
  });

  it('is made by many workers, an edge each', async () => {
    const { file, result } = await make({ ...output, container: 'mov' }, fatPlaylist);
    expect(result).toMatchObject(await expectEncodedEdges(file));
    expect(result.warnings).toEqual([]);
  });

  it('is made of a ts, and goes on into what was copied inside the store', async () => {
    const cut = { container: 'ts', cutMode: 'exact', exact: { by: 'reencode' } } as const;
    const { file, result } = await make(cut, fatPlaylist, [1_210, 10_765]);
    const { encodedFrameCount } = await expectEncodedEdges(file, [1_210, 10_765]);
    expect(result.encodedFrameCount).toBe(encodedFrameCount);
    expect(await copyComplaints(file)).toBe('');
    expect(result.storeCopyBytes).toBeGreaterThan(0);
  });

  it.each(['mp4', 'ts'] as const)('is made of HEVC with open GOPs: %s', async (container) => {
    const hevc = await makeRecording({ videoCodec: 'hevc', openGop: true });
    const key = await fleet.upload(fleet.fileStore, hevc);
    const { file, result } = await make({ ...output, container }, key);
    expect(result).toMatchObject(await expectEncodedEdges(file, [IN_MS, OUT_MS], hevc));
    expect(await copyComplaints(file)).toBe('');
  });
});
