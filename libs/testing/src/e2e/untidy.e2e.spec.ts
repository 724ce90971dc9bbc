import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describeRealS3 } from '../describe-real-s3.js';
import { makeRecording } from '../media/make-recording.js';
import { decodeComplaints, ffprobeFile, ffprobePackets, frameHashes, type FrameHash } from '../media/probe.js';
import type { RecordingOptions } from '../media/recording-options.js';
import type { Recording } from '../media/recording.js';
import { walkTransportStream } from '../media/walk-transport-stream.js';
import {
  copyComplaints,
  expectTsFrames,
  framesBetween,
  nearestFrame,
  packetsOf,
  payloadsOf,
  pictureMs,
  rebased,
  referenceFile,
  referencePackets,
  shownFrames,
  sourceFrames,
} from './checks.fixture.js';
import {
  bodyOf,
  exportAt,
  finishedKey,
  nativeRequest,
  postUntilEnded,
  submit,
  untilExport,
} from './export-client.fixture.js';
import { type Fleet, type FleetStore, openFleet } from './fleet.fixture.js';

/** The clip, in ms from the recording's start: on no keyframe, segment or frame; GOPs are 2 s long. */
const [startMs, endMs, keyframeMs] = [3_210, 7_765, 2_000];

interface Row {
  name: string;
  /** How objects are read makes the difference: tried on the real S3 server, too. */
  storeMatters?: boolean;
  options: Partial<RecordingOptions>;
  /** ffmpeg's own copy has a first frame of one sample (its demuxer guesses a start): only the packets' bytes are compared. */
  referenceErrs?: boolean;
  /** What a decoder may say of a cut, whoever made it. */
  cutComplaint?: RegExp;
  /** Audio tracks to be found. */
  audioCount?: number;
  hasVideo?: boolean;
}

const rows: Row[] = [
  { name: 'byte-range segments', options: { byteRanges: true }, storeMatters: true },
  { name: 'AES-128 with IVs', options: { encryption: 'explicit-iv' }, storeMatters: true },
  { name: 'AES-128 with media sequence numbers', options: { encryption: 'sequence-iv', mediaSequence: 70_000 } },
  { name: 'a 33-bit wrap of the clock', options: { ptsOffsetSeconds: 95_439 } },
  { name: 'segments that begin anywhere', options: { cutAnywhere: true, segmentSeconds: 1.5 }, storeMatters: true },
  {
    name: 'open GOPs',
    options: { openGop: true },
    // the first GOP's marking of references speaks of pictures before the cut
    cutComplaint: /^\[h264 @ \w+\] mmco: unref short failure(\n *Last message repeated \d+ times)?$/,
  },
  { name: 'two audio tracks', options: { audio: [{ language: 'eng' }, { language: 'deu' }] }, audioCount: 2 },
  { name: 'no audio', options: { audio: [] }, audioCount: 0 },
  { name: 'no video', options: { videoCodec: 'none' }, hasVideo: false, referenceErrs: true },
  { name: '29.97 frames a second', options: { frameRate: '30000/1001' } },
  { name: 'HEVC', options: { videoCodec: 'hevc' } },
  {
    name: 'MPEG-2 and MP2',
    options: { videoCodec: 'mpeg2', bFrames: 2, audio: [{ codec: 'mp2' }] },
  },
  {
    name: 'AC-3, E-AC-3 and MP2',
    options: { audio: [{ codec: 'ac3' }, { codec: 'eac3' }, { codec: 'mp2' }] },
    audioCount: 3,
  },
];

let fleet: Fleet;
const recordings = new Map<string, Recording>();
beforeAll(async () => {
  for (const { name, options } of rows) recordings.set(name, await makeRecording(options));
  fleet = await openFleet();
});
afterAll(() => fleet?.close());

const untidyRecordings = (tried: readonly Row[], open: () => FleetStore): void => {
  let at: FleetStore;
  beforeAll(() => {
    at = open();
  });
  afterAll(async () => expect(await fleet.openUploads(at)).toEqual([]));

  const make = async (
    recording: Recording,
    fields: Record<string, unknown>,
  ): Promise<{ key: string; file: string }> => {
    const HiResFilePath = await fleet.upload(at, recording);
    const key = await finishedKey(fleet, bodyOf(fleet, at, { HiResFilePath, ...fields }));
    return { key, file: await fleet.download(at, key) };
  };
  const whole = ({ durationSeconds }: Recording) => ({ StartPos: 0, Duration: Math.round(durationSeconds * 1_000) });
  const clip = { StartPos: startMs, Duration: endMs - startMs };
  const tracksOf = ({ audioCount = 1, hasVideo = true }: Row): string[] => [
    ...(hasVideo ? ['v:0'] : []),
    ...Array.from({ length: audioCount }, (_, index) => `a:${index}`),
  ];

  describe.each(tried)('with $name', (row) => {
    const recording = (): Recording => recordings.get(row.name)!;
    const hasVideo = row.hasVideo ?? true;
    const expectNoComplaint = (complaints: string): void =>
      expect(complaints.replace(row.cutComplaint ?? '', '')).toBe('');
    const expectedFrames = async (fromMs: number, toMs: number): Promise<FrameHash[]> => {
      const [from, to] = [await pictureMs(recording(), fromMs), await pictureMs(recording(), toMs)];
      return framesBetween(await sourceFrames(recording()), from, to);
    };

    const expectReference = async ({ referenceErrs }: Row, file: string, track: string): Promise<void> => {
      if (referenceErrs) {
        const reference = await referenceFile(recording(), 'mp4');
        return expect(await payloadsOf(file, track)).toEqual(await payloadsOf(reference, track));
      }
      expect(await packetsOf(file, track)).toEqual(await referencePackets(recording(), 'mp4', track));
    };

    it('makes a whole mp4 with the packets of one ffmpeg', async () => {
      const { file } = await make(recording(), { ...whole(recording()), media_type: 'mp4' });
      for (const track of tracksOf(row)) await expectReference(row, file, track);
      expect((await ffprobeFile(file)).streams).toHaveLength(tracksOf(row).length);
      expect(await decodeComplaints(file)).toBe('');
    });

    it('makes a whole ts with the packets of its segments', async () => {
      const { file } = await make(recording(), { ...whole(recording()), media_type: 'ts' });
      for (const track of tracksOf(row))
        expect(await payloadsOf(file, track)).toEqual(await payloadsOf(recording().playlistPath, track));
      expect(await copyComplaints(file)).toBe('');
    });

    it('cuts an mp4 exactly', async () => {
      const { key, file } = await make(recording(), { ...clip, media_type: 'mp4' });
      expectNoComplaint(await decodeComplaints(file));
      const { result } = await exportAt(fleet, key);
      if (hasVideo) {
        const expected = await expectedFrames(startMs, endMs);
        expect(await shownFrames(file)).toEqual(rebased(expected));
        expect(result?.videoFrameCount).toBe(expected.length);
      }
      const { durationSeconds } = await ffprobeFile(file);
      expect(Math.abs(durationSeconds * 1_000 - (endMs - startMs))).toBeLessThan(70);
    });

    it('gives the picture of an instant, or says that there is none', async () => {
      const HiResFilePath = await fleet.upload(at, recording());
      const body = bodyOf(fleet, at, { FetchThumb: true, StartTime: '00:00:05', HiResFilePath });
      if (!hasVideo) {
        expect(await postUntilEnded(fleet, body)).toMatchObject({ ErrorCode: 93, VideoPath: '' });
        return;
      }
      const file = await fleet.download(at, await finishedKey(fleet, body));
      // what is on the screen: the last frame that is not later
      const index =
        framesBetween(await sourceFrames(recording()), 0, (await pictureMs(recording(), 5_000)) + 0.1).length - 1;
      expect(await nearestFrame(file, recording().playlistPath, index)).toBe(index);
    });

    it('cuts a ts at the keyframe before', async () => {
      const { key, file } = await make(recording(), { ...clip, media_type: 'ts' });
      expect(await copyComplaints(file)).toBe('');
      expectNoComplaint(await decodeComplaints(file));
      const { achieved } = (await exportAt(fleet, key)).result!.coverage;
      if (!hasVideo) {
        // to a PES, which holds some audio frames
        for (const by of [startMs - achieved.startMs, Math.abs(achieved.endMs - endMs)]) {
          expect(by).toBeGreaterThanOrEqual(0);
          expect(by).toBeLessThan(300);
        }
        return;
      }
      const [frame] = framesBetween(await sourceFrames(recording()), keyframeMs - 20, endMs);
      const firstMs = Math.round(frame.pts / 90);
      const [pictureStartMs, pictureEndMs] = [
        await pictureMs(recording(), startMs),
        await pictureMs(recording(), endMs),
      ];
      const shownEndMs = await expectTsFrames(file, recording(), firstMs, pictureEndMs);
      // told on the playlist's clock
      expect(Math.abs(achieved.startMs - (startMs + firstMs - pictureStartMs))).toBeLessThanOrEqual(1);
      expect(Math.abs(achieved.endMs - (endMs + shownEndMs - pictureEndMs))).toBeLessThanOrEqual(1);
    });
  });
};

describe('a recording that changes at a discontinuity', () => {
  const ask = async (options: Partial<RecordingOptions>, fields: Record<string, unknown>) => {
    const recording = await makeRecording({ durationSeconds: 4, ...options });
    const HiResFilePath = await fleet.upload(fleet.fileStore, recording);
    const body = bodyOf(fleet, fleet.fileStore, { StartPos: 1_210, Duration: 5_555, HiResFilePath, ...fields });
    return { recording, body };
  };

  it('to another sample rate is encoded for an mp4, and says so', async () => {
    const { body } = await ask({ laterRuns: [{ audio: [{ sampleRateHz: 44_100 }] }] }, { media_type: 'mp4' });
    const key = await finishedKey(fleet, body);
    const file = await fleet.download(fleet.fileStore, key);
    const { result } = await exportAt(fleet, key);
    expect(result?.warnings.map(({ code }) => code)).toContain('transcoded');
    const frames = await frameHashes(file);
    // 30 a second, with in ≤ pts < out: 1.210 is behind frame 36, 6.765 behind frame 202
    expect(frames).toHaveLength(202 - 36);
    expect(result?.videoFrameCount).toBe(frames.length);
    // the next run is put behind the longer of sound and picture of the one before
    const steps = frames.slice(1).map(({ pts }, index) => pts - frames[index].pts);
    for (const step of steps) expect(Math.abs(step - 3_000)).toBeLessThan(9_000);
    const sound = await ffprobePackets(file, 'a:0');
    expect(Math.abs(sound.length * 1_024 - 5.555 * 48_000)).toBeLessThan(5 * 1_024);
    expect((await ffprobeFile(file)).streams.map(({ codecName }) => codecName)).toEqual(['h264', 'aac']);
    expect(await decodeComplaints(file)).toBe('');
  });

  describe.each([
    ['video', { laterRuns: [{ videoCodec: 'hevc' }] }],
    ['audio', { laterRuns: [{ audio: [{ codec: 'mp2' }] }] }],
  ] as const)('to another %s codec', (kind, options) => {
    it.each([{ media_type: 'mp4' }, { media_type: 'mov' }, { media_type: 'ts', not_fast_tvu264: true }])(
      'is refused by name where ffmpeg would lose half of it: %j',
      async (fields) => {
        const answer = await postUntilEnded(fleet, (await ask(options, fields)).body);
        expect(answer).toMatchObject({
          ErrorCode: 97,
          ErrorMessage: expect.stringContaining(`the ${kind} codec changes`),
        });
      },
    );

    const whole = { media_type: 'ts', StartPos: 0, Duration: 8_000 };
    const bytesOf = ({ directory, segments }: Recording): Promise<Buffer[]> =>
      Promise.all(segments.map(({ uri }) => readFile(path.join(directory, uri))));

    it('is a whole ts, with all packets and one row of counters', async () => {
      const { recording, body } = await ask(options, whole);
      const made = await readFile(await fleet.download(fleet.fileStore, await finishedKey(fleet, body)));
      const segments = await bytesOf(recording);
      expect(made.length).toBe(Buffer.concat(segments).length);
      expect(walkTransportStream(Buffer.concat(segments)).continuityErrors).toBeGreaterThan(0);
      expect(walkTransportStream(made)).toMatchObject({ continuityErrors: 0, discontinuities: 0 });
    });

    it('is the bytes of its segments when the native API asks for them', async () => {
      const { recording } = await ask(options, whole);
      const key = await fleet.upload(fleet.fileStore, recording);
      const request = nativeRequest(fleet.fileStore, key, { kind: 'whole' }, { container: 'ts', clean: false });
      const { state, result, destination } = await untilExport(fleet, (await submit(fleet, request)).id);
      expect(state).toBe('completed');
      expect(result?.warnings.map(({ code }) => code)).toContain('discontinuities-kept');
      const made = await readFile(await fleet.download(fleet.fileStore, destination.key));
      expect(Buffer.compare(made, Buffer.concat(await bytesOf(recording)))).toBe(0);
    });
  });
});

describe('a ts that is asked to be clean', () => {
  it.each(['AES-128 with IVs', 'a 33-bit wrap of the clock'])(
    'has all packets and one row of counters, with %s',
    async (name) => {
      const recording = recordings.get(name)!;
      const key = await fleet.upload(fleet.fileStore, recording);
      const ask = async (clean: boolean | undefined): Promise<string> => {
        const output = { container: 'ts' as const, ...(clean !== undefined && { clean }) };
        const request = nativeRequest(fleet.fileStore, key, { kind: 'whole' }, output);
        const { state, destination } = await untilExport(fleet, (await submit(fleet, request)).id);
        expect(state).toBe('completed');
        return fleet.download(fleet.fileStore, destination.key);
      };
      const [clean, plain] = [await ask(true), await ask(undefined)];
      const [made, source] = [await readFile(clean), await readFile(plain)];
      expect(walkTransportStream(made)).toMatchObject({ continuityErrors: 0, discontinuities: 0 });
      expect(made.length).toBe(source.length);
      expect(await copyComplaints(clean)).toBe('');
      for (const track of ['v:0', 'a:0']) expect(await packetsOf(clean, track)).toEqual(await packetsOf(plain, track));
    },
  );
});

/** Each run has its own time stamps: ffmpeg joins them in its own way, so pictures are compared and not times. */
const resets: Record<string, Partial<RecordingOptions>> = {
  'begins at 0 again': { laterRuns: [{}] },
  'jumps far ahead': { laterRuns: [{ ptsOffsetSeconds: 40_000 }] },
  'wraps and comes back': { ptsOffsetSeconds: 95_441, laterRuns: [{ ptsOffsetSeconds: 10 }] },
  'changes the picture': { laterRuns: [{ widthPixels: 480, heightPixels: 270 }] },
};
describe.each(Object.entries(resets))('a discontinuity after which the clock %s', (_what, options) => {
  let recording: Recording;
  let at: FleetStore;
  beforeAll(async () => {
    recording = await makeRecording({ durationSeconds: 6, ...options });
    at = fleet.fileStore;
  });
  const expectClean = async (file: string): Promise<void> => {
    expect(await decodeComplaints(file)).toBe('');
    expect(await copyComplaints(file)).toBe('');
    if (!file.endsWith('.ts')) return;
    expect(walkTransportStream(await readFile(file))).toMatchObject({ continuityErrors: 0, discontinuities: 0 });
  };
  const md5s = (frames: FrameHash[]): string[] => frames.map(({ md5 }) => md5);
  /** Of the two runs, 6 s each. */
  const expected = async (fromMs: number, toMs: number): Promise<string[]> => {
    const frames = await frameHashes(recording.playlistPath);
    return md5s(frames.slice(Math.ceil(fromMs * 0.03), Math.ceil(toMs * 0.03)));
  };
  const make = async (fields: Record<string, unknown>): Promise<{ key: string; file: string }> => {
    const HiResFilePath = await fleet.upload(at, recording);
    const key = await finishedKey(fleet, bodyOf(fleet, at, { HiResFilePath, ...fields }));
    return { key, file: await fleet.download(at, key) };
  };

  it.each(['mp4', 'ts'])('is passed in a whole %s', async (media_type) => {
    const { file } = await make({ StartPos: 0, Duration: 12_000, media_type });
    expect(md5s(await frameHashes(file))).toEqual(await expected(0, 12_000));
    await expectClean(file);
  });

  it('is passed in an mp4 without a jump of its own clock', async () => {
    const { file } = await make({ StartPos: 3_210, Duration: 4_555, media_type: 'mp4' });
    const frames = await frameHashes(file);
    expect(md5s(frames)).toEqual(await expected(startMs, endMs));
    const steps = frames.slice(1).map(({ pts }, index) => pts - frames[index].pts);
    for (const step of steps) expect(Math.abs(step - 3_000)).toBeLessThan(3_000);
    await expectClean(file);
  });

  it('is passed in a ts with times that go on', async () => {
    const { file } = await make({ StartPos: 0, Duration: 12_000, media_type: 'ts' });
    const times = (await frameHashes(file)).map(({ pts }) => pts);
    const steps = times.slice(1).map((pts, index) => pts - times[index]);
    // pictures wait at the join for sound that is some frames longer
    for (const step of steps) expect(Math.abs(step - 3_000)).toBeLessThan(6_000);
    expect(steps.filter((step) => step === 3_000).length).toBeGreaterThanOrEqual(steps.length - 1);
  });

  it('is passed in a ts from the keyframe on', async () => {
    const { file } = await make({ StartPos: 3_210, Duration: 4_555, media_type: 'ts' });
    const wanted = await expected(keyframeMs, endMs);
    const shown = md5s(await frameHashes(file));
    expect(shown.slice(0, wanted.length)).toEqual(wanted);
    expect(shown.length - wanted.length).toBeLessThanOrEqual(2);
    await expectClean(file);
  });
});

describe('recordings on the file store', () => untidyRecordings(rows, () => fleet.fileStore));
describeRealS3('recordings', () => {
  const tried = rows.filter(({ storeMatters }) => storeMatters);
  untidyRecordings(tried, () => fleet.s3Store());
});
