import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fattened } from '../media/fat-recording.js';
import { makeRecording } from '../media/make-recording.js';
import { decodeComplaints } from '../media/probe.js';
import { DEMO_START_MS, type RecordingOptions } from '../media/recording-options.js';
import { framesBetween, packetsOf, rebased, referencePackets, shownFrames, sourceFrames } from './checks.fixture.js';
import { bodyOf, finishedKey, nativeRequest, submit, untilExport } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';

const MIB = 1024 * 1024;
/** Larger than the least range, and nothing counts as small: two segments, whose first part is the header's, then ranges of one. */
const SEGMENT_BYTES = 9 * MIB;
let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet({ CLIPFLEET_SMALL_OUTPUT_BYTES: '0', CLIPFLEET_TASK_BYTES: String(8 * MIB) });
});
afterAll(() => fleet?.close());

/** A whole recording through the native API; what came of it, and the file. */
const wholeOf = async (playlist: string): Promise<{ file: string; result: unknown }> => {
  const request = nativeRequest(fleet.fileStore, playlist, { kind: 'whole' }, { container: 'mp4' });
  const { state, result, destination } = await untilExport(fleet, (await submit(fleet, request)).id);
  expect(state).toBe('completed');
  return { file: await fleet.download(fleet.fileStore, destination.key), result };
};

describe('one clip on many workers', () => {
  const recordings: [string, Partial<RecordingOptions>][] = [
    ['H.264 with B-frames and AAC', {}],
    ['open GOP', { openGop: true }],
    ['HEVC', { videoCodec: 'hevc' }],
    ['segments cut anywhere', { cutAnywhere: true }],
    ['a wrap of the 33-bit clock', { ptsOffsetSeconds: 95_438 }],
    ['two audio tracks', { audio: [{ toneHz: 440 }, { toneHz: 880 }] }],
    ['29.97 frames a second with AC-3', { frameRate: '30000/1001', audio: [{ codec: 'ac3' }] }],
  ];
  it.each(recordings)('gives the packets of one ffmpeg over the playlist: %s', async (_name, options) => {
    const recording = await makeRecording(options);
    const playlist = await fleet.upload(fleet.fileStore, await fattened(recording, SEGMENT_BYTES));
    const { file, result } = await wholeOf(playlist);
    const streams = ['v:0', ...(options.audio ?? [{}]).map((_, index) => `a:${index}`)];
    for (const stream of streams) {
      expect(await packetsOf(file, stream)).toEqual(await referencePackets(recording, 'mp4', stream));
    }
    expect(await decodeComplaints(file)).toBe('');
    expect(result).toMatchObject({ storeCopyBytes: 0 });
    expect((await fleet.outputKeys(fleet.fileStore)).filter((name) => name.endsWith('-head'))).toEqual([]);
  });

  it('cuts the first and the last range to the frame', async () => {
    const recording = await makeRecording();
    const playlist = await fleet.upload(fleet.fileStore, await fattened(recording, SEGMENT_BYTES));
    const range = { StartPos: DEMO_START_MS + 2_533, Duration: 7_100 };
    const fields = { HiResFilePath: playlist, export_type: 0, media_type: 'mov', ...range };
    const file = await fleet.download(
      fleet.fileStore,
      await finishedKey(fleet, bodyOf(fleet, fleet.fileStore, fields)),
    );
    const expected = rebased(framesBetween(await sourceFrames(recording), 2_533, 9_633));
    expect(await shownFrames(file)).toEqual(expected);
  });

  it('writes large parts besides small ones', async () => {
    const recording = await makeRecording({ noise: true, segmentSeconds: 8, durationSeconds: 32 });
    const playlist = await fleet.upload(fleet.fileStore, recording);
    const { file } = await wholeOf(playlist);
    for (const stream of ['v:0', 'a:0']) {
      expect(await packetsOf(file, stream)).toEqual(await referencePackets(recording, 'mp4', stream));
    }
  });
});
