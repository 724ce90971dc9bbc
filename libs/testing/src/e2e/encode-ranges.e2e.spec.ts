import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@clipfleet/local-stack';
import { BUILT_IN_PROFILES } from '@clipfleet/timeline';
import { makeRecording } from '../media/make-recording.js';
import { decodeComplaints, ffprobeFile } from '../media/probe.js';
import { childrenOf } from './children-of.fixture.js';
import { framesBetween, payloadsOf, referenceFile, shownFrames, sourceFrames } from './checks.fixture.js';
import { nativeRequest, submit, untilExport } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';

let fleet: Fleet;
const codec = { kind: 'transcode', profile: 'default' } as const;

beforeAll(async () => {
  fleet = await openFleet({
    CLIPFLEET_ENCODE_RANGE_MS: '2000',
    CLIPFLEET_MIN_ENCODED_RANGE_BYTES: '0',
    CLIPFLEET_TRANSCODE_WORKER_CONCURRENCY: '2',
    CLIPFLEET_ACK_WAIT_MS: '4000',
  });
});
afterAll(() => fleet?.close());

const times = (frames: readonly { pts: number }[]): number[] => frames.map(({ pts }) => pts - frames[0].pts);

describe('one video, encoded by many workers', () => {
  it('has the frames of its source at their times, and the sound as it was', async () => {
    const recording = await makeRecording({ openGop: true });
    const playlist = await fleet.upload(fleet.fileStore, recording);
    const request = nativeRequest(fleet.fileStore, playlist, { kind: 'whole' }, { container: 'mp4', codec });
    const { state, result, destination } = await untilExport(fleet, (await submit(fleet, request)).id);
    expect(state).toBe('completed');
    const file = await fleet.download(fleet.fileStore, destination.key);
    const expected = times(await sourceFrames(recording));
    expect(times(await shownFrames(file))).toEqual(expected);
    expect(result).toMatchObject({ videoFrameCount: expected.length });
    expect(await payloadsOf(file, 'a:0')).toEqual(await payloadsOf(await referenceFile(recording, 'mp4'), 'a:0'));
    expect(await decodeComplaints(file)).toBe('');
    expect((await fleet.outputKeys(fleet.fileStore)).filter((name) => name.includes('-head'))).toEqual([]);
  });

  it('has another frame rate from a cut on, frames of all ranges at their times', async () => {
    const recording = await makeRecording({ openGop: true });
    const playlist = await fleet.upload(fleet.fileStore, recording);
    const range = { kind: 'from-start', startMs: 1_050, durationMs: 9_000 } as const;
    const video = { ...BUILT_IN_PROFILES['default'].video, frameRate: '25' } as const;
    const own = { container: 'mp4', cutMode: 'exact', codec: { kind: 'transcode', video } } as const;
    const { state, result, destination } = await untilExport(
      fleet,
      (await submit(fleet, nativeRequest(fleet.fileStore, playlist, range, own))).id,
    );
    expect(state).toBe('completed');
    const file = await fleet.download(fleet.fileStore, destination.key);
    expect(times(await shownFrames(file))).toEqual(Array.from({ length: 225 }, (_, frame) => frame * 3600));
    expect(result).toMatchObject({ videoFrameCount: 225 });
    expect(await decodeComplaints(file)).toBe('');
  });

  it('ends right when a worker is killed in the middle of its encode', async () => {
    const recording = await makeRecording({ audio: [{ codec: 'ac3' }] });
    const playlist = await fleet.upload(fleet.fileStore, recording);
    const range = { kind: 'from-start', startMs: 1_033, durationMs: 9_100 } as const;
    const video = { ...BUILT_IN_PROFILES['default'].video, preset: 'medium', heightPixels: 540 } as const;
    const own = { kind: 'transcode', video } as const;
    const { id } = await submit(
      fleet,
      nativeRequest(fleet.fileStore, playlist, range, { container: 'mov', codec: own }),
    );
    const worker = fleet.app('transcode-worker');
    const encodes = async (): Promise<boolean> => (await childrenOf(worker.process().pid)).includes('ffmpeg');
    await waitUntil(encodes, { timeoutMs: 30_000, what: 'ffmpeg to run' });
    await worker.kill();
    await worker.restart();
    const { state, destination } = await untilExport(fleet, id);
    expect(state).toBe('completed');
    const file = await fleet.download(fleet.fileStore, destination.key);
    const expected = framesBetween(await sourceFrames(recording), 1_033, 10_133);
    expect(times(await shownFrames(file))).toEqual(times(expected));
    const { streams } = await ffprobeFile(file);
    expect(streams.map(({ codecName, height }) => [codecName, height])).toEqual([
      ['h264', 540],
      ['aac', undefined],
    ]);
    expect(await decodeComplaints(file)).toBe('');
    expect((await fleet.outputKeys(fleet.fileStore)).filter((name) => name.includes('-head'))).toEqual([]);
  });

  it('is refused with the POST when there is no such profile, or more is asked for than allowed', async () => {
    const playlist = await fleet.upload(fleet.fileStore, await makeRecording());
    const refused = async (own: Parameters<typeof nativeRequest>[3]['codec']): Promise<unknown> => {
      const request = nativeRequest(fleet.fileStore, playlist, { kind: 'whole' }, { container: 'mp4', codec: own });
      return submit(fleet, request).catch((error: unknown) => String(error));
    };
    expect(await refused({ kind: 'transcode', profile: 'none' })).toContain('there is no profile \\"none\\"');
    const video = { ...BUILT_IN_PROFILES['default'].video, rate: { kind: 'quality', crf: 1 } } as const;
    expect(await refused({ kind: 'transcode', video })).toContain('output.codec.video.rate.crf');
  });
});
