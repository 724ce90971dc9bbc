import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExportApiAnswer, ExportResource } from '@clipfleet/contracts';
import { waitUntil } from '@clipfleet/local-stack';
import type { ExportJson } from '@clipfleet/timeline';
import { readFile } from 'node:fs/promises';
import { describeRealS3 } from '../describe-real-s3.js';
import { makeRecording } from '../media/make-recording.js';
import type { Recording } from '../media/recording.js';
import { childrenOf } from './children-of.fixture.js';
import { framesBetween, rebased, shownFrames, sourceFrames } from './checks.fixture.js';
import {
  bodyOf,
  cancelExport,
  exportAt,
  FAILED,
  FINISHED,
  finishedKey,
  listExports,
  nativeRequest,
  post,
  postUntilEnded,
  submit,
  untilExport,
  WORKING,
} from './export-client.fixture.js';
import { type Fleet, type FleetStore, openFleet } from './fleet.fixture.js';
import { DAY_SECONDS, type LongRecording, loopRecording, uploadDay } from './long-recording.fixture.js';

const SECONDS_TO_CANCEL = 15;

let fleet: Fleet;
let plain: Recording;
const loops = {} as Record<2 | 6, Recording>;
beforeAll(async () => {
  plain = await makeRecording();
  [loops[2], loops[6]] = [await loopRecording(2), await loopRecording(6)];
  fleet = await openFleet();
});
afterAll(() => fleet?.close());

const pollingOn = (days: readonly (2 | 6)[], open: () => FleetStore): void => {
  let at: FleetStore;
  beforeAll(() => {
    at = open();
  });

  const clip = { StartPos: 3_210, Duration: 4_555, media_type: 'mp4' };

  describe('the same POST', () => {
    it('is the poll: one path from the first answer on, a wait while it works, none when it is finished', async () => {
      const body = bodyOf(fleet, at, { ...clip, HiResFilePath: await fleet.upload(at, plain) });
      const answers: ExportApiAnswer[] = [];
      for (;;) {
        const { httpStatus, answer } = await post(fleet, body);
        expect(httpStatus).toBe(200);
        answers.push(answer);
        if (answer.Status !== WORKING) break;
      }
      const [first, last] = [answers[0], answers.at(-1)!];
      expect(first).toMatchObject({ Status: WORKING, ErrorCode: 1, ErrorMessage: 'work not finish.', Version: 'v1' });
      for (const answer of answers.slice(0, -1)) expect(answer.TimeWait).toBeGreaterThan(0);
      expect(last).toMatchObject({ Status: FINISHED, ErrorCode: 0, ErrorMessage: '', TimeWait: 0, ImagePath: '' });
      expect(new Set(answers.map(({ VideoPath }) => VideoPath)).size).toBe(1);
      expect((await post(fleet, body)).answer).toEqual(last);
      expect(last.VideoPath.slice(1)).toBe((await exportAt(fleet, last.VideoPath.slice(1))).destination.key);
    });

    it('makes one job, however many come at once', async () => {
      const before = (await listExports(fleet)).length;
      const HiResFilePath = await fleet.upload(at, plain);
      const body = bodyOf(fleet, at, { ...clip, HiResFilePath });
      const reordered = Object.fromEntries(
        Object.entries(body)
          .toReversed()
          .map(([key, value]) => [key.toUpperCase(), value]),
      );
      const asked = Array.from({ length: 100 }, (_, index) => post(fleet, index % 2 === 0 ? body : reordered));
      const answers = (await Promise.all(asked)).map(({ answer }) => answer);
      expect(new Set(answers.map(({ VideoPath }) => VideoPath)).size).toBe(1);
      const key = await finishedKey(fleet, body);
      expect(`/${key}`).toBe(answers[0].VideoPath);
      expect((await listExports(fleet)).length).toBe(before + 1);
      expect(await fleet.openUploads(at)).toEqual([]);
    });

    it('is another job when anything that matters differs', async () => {
      const fields = { ...clip, FileName: 'same', HiResFilePath: await fleet.upload(at, plain) };
      const bodies = [{}, { Offset: 1 }, { Duration: 4_556 }, { media_type: 'mov' }].map((change) =>
        bodyOf(fleet, at, { ...fields, ...change }),
      );
      const keys = await Promise.all(bodies.map((body) => finishedKey(fleet, body)));
      expect(new Set(keys).size).toBe(bodies.length);
    });
  });

  describe.each(days)('a day of %i s segments', (segmentSeconds) => {
    let day: LongRecording;
    beforeAll(async () => {
      day = await uploadDay(fleet, at, loops[segmentSeconds]);
      expect(day.segmentCount).toBe(DAY_SECONDS / segmentSeconds);
    });

    it('gives a clip out of its last hour', async () => {
      const StartPos = (23 * 60 + 17) * 60_000 + 3_210;
      const fields = { ...clip, StartPos, Duration: 14_555, HiResFilePath: day.playlistKey };
      const file = await fleet.download(at, await finishedKey(fleet, bodyOf(fleet, at, fields)));
      const expected = framesBetween(await sourceFrames(day.loop), 3_210, 17_765);
      expect(await shownFrames(file)).toEqual(rebased(expected));
    });

    it('is listed whole by export_type 3', async () => {
      const fields = { StartPos: 0, Duration: DAY_SECONDS * 1_000, export_type: 3, HiResFilePath: day.playlistKey };
      const file = await fleet.download(at, await finishedKey(fleet, bodyOf(fleet, at, fields)));
      const json = JSON.parse(await readFile(file, 'utf8')) as ExportJson;
      expect(json.segments).toHaveLength(day.segmentCount);
      expect(json.segments.filter(({ discontinuity }) => discontinuity)).toHaveLength(24 * 60 - 1);
      expect(json).toMatchObject({ begin_offset: 0, end_offset: 0 });
    });

    it('is planned whole as ts, and gone when it is cancelled', async () => {
      const before = await fleet.outputKeys(at);
      const request = nativeRequest(at, day.playlistKey, { kind: 'whole' }, { container: 'ts' });
      const { id } = await submit(fleet, request);
      const running = await untilExport(fleet, id, ({ state }) => state === 'running' || state === 'assembling');
      expect(running.state).toBe('running');
      const loopBytes = await Promise.all(
        day.loop.segments.map(async ({ uri }) => (await readFile(`${day.loop.directory}/${uri}`)).length),
      );
      const dayBytes = 24 * 60 * loopBytes.reduce((sum, bytes) => sum + bytes, 0);
      expect(running.progress.totalBytes).toBe(dayBytes);
      expect((await cancelExport(fleet, id)).state).toBe('cancelled');
      await expectNothingLeft(before);
    });
  });

  describe('cancelling', () => {
    let day: LongRecording;
    beforeAll(async () => {
      day = await uploadDay(fleet, at, await loopRecording(4));
    });
    const worker = (): number => fleet.app('transcode-worker').process().pid;
    const ffmpegRuns = async (): Promise<boolean> => (await childrenOf(worker())).includes('ffmpeg');

    const cancelWhileFfmpegRuns = async (id: string): Promise<ExportResource> => {
      await waitUntil(ffmpegRuns, { timeoutMs: 30_000, what: 'ffmpeg to run' });
      const cancelled = await cancelExport(fleet, id);
      await waitUntil(async () => !(await ffmpegRuns()), {
        ...{ timeoutMs: SECONDS_TO_CANCEL * 1_000, what: 'ffmpeg to be stopped' },
      });
      return cancelled;
    };

    it('ends an encode within seconds and leaves nothing', async () => {
      const before = await fleet.outputKeys(at);
      const range = { kind: 'from-start', startMs: 0, durationMs: 20 * 60_000 } as const;
      const codec = { kind: 'transcode', profile: 'default' } as const;
      const { id } = await submit(fleet, nativeRequest(at, day.playlistKey, range, { container: 'mp4', codec }));
      expect((await cancelWhileFfmpegRuns(id)).state).toBe('cancelled');
      expect((await untilExport(fleet, id)).state).toBe('cancelled');
      await expectNothingLeft(before);
    });

    it('is told to who polls, and the worker is free for the next', async () => {
      const before = await fleet.outputKeys(at);
      const range = { kind: 'from-start', startMs: 60_000, durationMs: 20 * 60_000 } as const;
      const codec = { kind: 'transcode', profile: 'default' } as const;
      const request = nativeRequest(at, day.playlistKey, range, { container: 'mov', codec });
      const { id } = await submit(fleet, request);
      await cancelWhileFfmpegRuns(id);
      expect((await submit(fleet, request)).state).toBe('cancelled');
      await expectNothingLeft(before);
      const HiResFilePath = await fleet.upload(at, plain);
      const next = bodyOf(fleet, at, { ...clip, HiResFilePath, not_fast_tvu264: true });
      expect(await postUntilEnded(fleet, next)).toMatchObject({ Status: FINISHED });
    });

    it('before the plan is made fails the POST with code 25', async () => {
      const body = bodyOf(fleet, at, {
        ...clip,
        StartPos: 0,
        Duration: DAY_SECONDS * 1_000,
        HiResFilePath: day.playlistKey,
      });
      const key = (await post(fleet, body)).answer.VideoPath.slice(1);
      await cancelExport(fleet, (await exportAt(fleet, key)).id);
      expect((await post(fleet, body)).answer).toMatchObject({ Status: FAILED, ErrorCode: 25, VideoPath: `/${key}` });
    });
  });

  /** Cleaning up follows the answer. */
  const expectNothingLeft = async (before: readonly string[]): Promise<void> => {
    await waitUntil(async () => (await fleet.openUploads(at)).length === 0, {
      ...{ timeoutMs: SECONDS_TO_CANCEL * 1_000, what: 'uploads to be aborted' },
    });
    expect(await fleet.outputKeys(at)).toEqual(before);
  };
};

describe('polling and cancelling on the file store', () => pollingOn([6, 2], () => fleet.fileStore));
describeRealS3('polling and cancelling', () => pollingOn([6], () => fleet.s3Store()));
