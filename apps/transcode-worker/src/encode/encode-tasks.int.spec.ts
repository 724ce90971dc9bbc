import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readMovie } from '@clipfleet/isobmff';
import { probeHead } from '@clipfleet/mpegts';
import {
  type BenchRecording,
  decodeComplaints,
  ffprobeFile,
  ffprobePackets,
  frameHashes,
  type RecordingOptions,
  referenceCopy,
  slicePiece,
} from '@clipfleet/testing';
import { BUILT_IN_PROFILES, type Piece } from '@clipfleet/timeline';
import { EncodeBench, type TasksSketch, tasksOf } from './encode-bench.fixture.js';

const bench = new EncodeBench();
afterAll(() => bench.close());
const run = promisify(execFile);
const SHORT = { durationSeconds: 6 };

const encode = async (recorded: BenchRecording, sketch: TasksSketch) => bench.run(tasksOf(recorded, sketch));

/** Times of the shown pictures, from the first. */
const timesOf = async (file: string): Promise<number[]> => {
  const frames = await frameHashes(file);
  return frames.map(({ pts }) => pts - frames[0].pts);
};

/** Where pictures begin in a transport stream, in the order of decoding. */
const packetStarts = async (file: string): Promise<{ startByte: number; isKeyframe: boolean }[]> => {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pos,flags', '-of', 'json', file],
  ]);
  const { packets } = JSON.parse(stdout) as { packets: { pos: string; flags: string }[] };
  return packets.map(({ pos, flags }) => ({ startByte: Number(pos), isKeyframe: flags.startsWith('K') }));
};

const programOf = async ({ recording }: BenchRecording): Promise<string> => {
  const bytes = await readFile(join(recording.directory, 'segment-00000.ts'));
  return Buffer.from(probeHead(bytes).programPackets).toString('base64');
};

/** The truth: one ffmpeg with the same settings over the same playlist. */
const single = async ({ recording }: BenchRecording): Promise<string> => {
  const file = join(bench.tasks.rootPath, `${recording.directory.replaceAll('/', '_')}.mp4`);
  const gop = 'keyint=60:min-keyint=60:scenecut=0:open-gop=0';
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-i', recording.playlistPath, '-map', '0:v', '-vsync', 'passthrough'],
    ...['-enc_time_base', '1:90000', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-x264-params', gop],
    ...['-video_track_timescale', '90000', '-pix_fmt', 'yuv420p', file],
  ]);
  return file;
};

/** One ffmpeg's copy of the sound, without the headers it has in a transport stream. */
const copied = async ({ recording }: BenchRecording): Promise<string> => {
  const file = join(bench.tasks.rootPath, `${recording.directory.replaceAll('/', '_')}.copy.mp4`);
  await referenceCopy(recording.playlistPath, file);
  return file;
};

const psnr = async (file: string, source: string): Promise<number> => {
  const filter = '[0:v]setpts=PTS-STARTPTS[a];[1:v]setpts=PTS-STARTPTS[b];[a][b]psnr';
  const { stderr } = await run('ffmpeg', ['-i', file, '-i', source, '-lavfi', filter, '-f', 'null', '-']);
  return Number(/average:([\d.]+)/.exec(stderr)![1]);
};

const soundOf = async (file: string): Promise<string[]> =>
  (await ffprobePackets(file, 'a:0')).map(({ sizeBytes, sha256 }) => `${sizeBytes} ${sha256}`);

describe('ranges that are encoded apart', () => {
  const recordings: [string, Partial<RecordingOptions>, number[]][] = [
    ['closed GOPs', {}, [1, 2, 3]],
    ['open GOPs', { openGop: true }, [1, 2]],
    ['29.97 frames a second', { frameRate: '30000/1001' }, [1, 2]],
    ['frames at uneven times', { unevenFrames: true }, [1, 2]],
    ['segments cut anywhere', { cutAnywhere: true, gopSeconds: 3 }, [1, 2, 3]],
    ['a wrap of the 33-bit clock', { ptsOffsetSeconds: 95_440 }, [1, 2]],
  ];
  it.each(recordings)(
    'show the frames of one ffmpeg over the playlist at their times: %s',
    async (_name, options, lengths) => {
      const recorded = await bench.tasks.record({ ...SHORT, ...options });
      const expected = await timesOf(await single(recorded));
      const sound = await soundOf(await copied(recorded));
      for (const piecesPerRange of lengths) {
        const { path, reports } = await encode(recorded, { piecesPerRange });
        expect(await timesOf(path)).toEqual(expected);
        expect(reports.reduce((sum, { cut }) => sum + cut!.videoFrameCount!, 0)).toBe(expected.length);
        expect(await soundOf(path)).toEqual(sound);
        expect(await decodeComplaints(path)).toBe('');
      }
    },
  );

  it('are frames where the source has fields, none of them woven of two instants', async () => {
    const fields = { interlaced: true, frameRate: '25', heightPixels: 240 };
    const recorded = await bench.tasks.record({ ...SHORT, ...fields });
    const { path } = await encode(recorded, { piecesPerRange: 1 });
    expect(await timesOf(path)).toEqual(await timesOf(recorded.recording.playlistPath));
    const fieldsOf = async (file: string): Promise<number> => {
      const { stderr } = await run('ffmpeg', ['-i', file, '-map', '0:v', '-vf', 'idet', '-f', 'null', '-']);
      return Number(/Multi frame detection: TFF:\s*(\d+)/.exec(stderr)![1]);
    };
    expect(await fieldsOf(recorded.recording.playlistPath)).toBeGreaterThan(140);
    // still parts of the test picture look like anything
    expect(await fieldsOf(path)).toBeLessThan(15);
  });

  it('show the pictures that an open GOP stores behind a keyframe, where the border is between them', async () => {
    const recorded = await bench.tasks.record({ openGop: true, durationSeconds: 4, gopSeconds: 1, segmentSeconds: 60 });
    const [piece] = recorded.pieces;
    const packets = await packetStarts(join(recorded.recording.directory, 'segment-00000.ts'));
    const keyframe = packets.findIndex(({ isKeyframe }, index) => isKeyframe && index > 60);
    const borders = [0, packets[keyframe].startByte, packets[keyframe + 1].startByte, piece.sizeBytes];
    const pieces = borders.slice(1).map((end, segmentIndex): Piece => {
      const sizeBytes = end - borders[segmentIndex];
      return { ...piece, segmentIndex, byteRange: [borders[segmentIndex], end], sizeBytes, durationTicks: 90_000 };
    });
    const programBase64 = await programOf(recorded);
    const { path } = await encode({ ...recorded, pieces }, { piecesPerRange: 1, programBase64 });
    expect(await timesOf(path)).toEqual(await timesOf(await single(recorded)));
  });

  it('are cut anywhere, in pieces smaller than their pictures', async () => {
    const recorded = await bench.tasks.record({ openGop: true, noise: true, durationSeconds: 2, segmentSeconds: 60 });
    const pieces = slicePiece(recorded.pieces[0], 60 * 188 + 77);
    const around = { leadPieces: 200, tailPieces: 200, programBase64: await programOf(recorded) };
    const { path } = await encode({ ...recorded, pieces }, { piecesPerRange: 125, ...around });
    expect(await timesOf(path)).toEqual(await timesOf(await single(recorded)));
    expect(await soundOf(path)).toEqual(await soundOf(await copied(recorded)));
  });

  it('fail where a picture cannot be decoded that is there', async () => {
    const recorded = await bench.tasks.record({ ...SHORT, durationSeconds: 4, cutAnywhere: true, segmentSeconds: 1.5 });
    const tasks = tasksOf(recorded, { piecesPerRange: 1 });
    const withoutKeyframe = tasks.map((task) => ({
      ...task,
      lead: task.lead.map((piece) => ({ ...piece, byteRange: [0, 188 * 8] as [number, number], sizeBytes: 188 * 8 })),
    }));
    await expect(bench.run(withoutKeyframe)).rejects.toMatchObject({ code: 'transcode-failed', retryable: false });
  });

  it('look as good as one encode, and share one configuration', async () => {
    const recorded = await bench.tasks.record();
    const { path } = await encode(recorded, { piecesPerRange: 3 });
    const source = recorded.recording.playlistPath;
    expect(await psnr(path, source)).toBeGreaterThan((await psnr(await single(recorded), source)) - 0.1);
    const { tracks } = readMovie(await readFile(path));
    expect(tracks.map(({ sampleEntries }) => sampleEntries.length)).toEqual([1, 1]);
  });

  it.each([
    ['inside segments', 90_000, 45_000],
    ['between two frames', 90_001, 44_999],
    ['at the start of a segment', 0, 180_000],
  ])('show exactly the frames from in to out: %s', async (_name, startOffset, endOffset) => {
    const recorded = await bench.tasks.record({ openGop: true });
    const pieces = recorded.pieces.slice(1, 4);
    const sketch = {
      ...{ piecesPerRange: 1, after: recorded.pieces.slice(4) },
      ...{ trimStart: { offsetTicks: startOffset }, trimEnd: { offsetTicks: endOffset } },
    };
    const { path, reports } = await encode({ ...recorded, pieces }, sketch);
    const all = await frameHashes(recorded.recording.playlistPath);
    const [inTicks, outTicks] = [all[0].pts + 180_000 + startOffset, all[0].pts + 540_000 + endOffset];
    const expected = all.filter(({ pts }) => pts >= inTicks && pts < outTicks).map(({ pts }) => pts);
    expect(await timesOf(path)).toEqual(expected.map((pts) => pts - expected[0]));
    expect(reports[0].cut!.startDeltaTicks).toBe(expected[0] - inTicks);
    expect(await decodeComplaints(path)).toBe('');
  });

  it('are HEVC if that is asked for', async () => {
    const recorded = await bench.tasks.record({ ...SHORT, durationSeconds: 4 });
    const { path } = await encode(recorded, { piecesPerRange: 1, video: BUILT_IN_PROFILES['hevc'].video });
    expect(await timesOf(path)).toEqual(await timesOf(recorded.recording.playlistPath));
    expect((await ffprobeFile(path)).streams[0]).toMatchObject({ codecName: 'hevc', width: 320 });
    expect(await decodeComplaints(path)).toBe('');
  });

  it('are smaller pictures with sound that is encoded once, in front of them', async () => {
    const recorded = await bench.tasks.record({
      ...SHORT,
      audio: [{ codec: 'ac3' }, { toneHz: 880, language: 'deu' }],
    });
    const video = { ...BUILT_IN_PROFILES['default'].video, heightPixels: 90 };
    const { path } = await encode(recorded, { piecesPerRange: 2, sound: 'encode', video });
    expect(await timesOf(path)).toEqual(await timesOf(recorded.recording.playlistPath));
    const { streams, durationSeconds } = await ffprobeFile(path);
    expect(streams.map(({ codecName }) => codecName)).toEqual(['h264', 'aac', 'aac']);
    expect(streams[0]).toMatchObject({ width: 160, height: 90 });
    expect(Math.abs(durationSeconds - 6)).toBeLessThan(0.1);
    expect(await decodeComplaints(path)).toBe('');
  });

  it('stay in time over a discontinuity, sound copied or encoded', async () => {
    const recorded = await bench.tasks.record({ durationSeconds: 4, laterRuns: [{ ptsOffsetSeconds: 5000 }] });
    for (const [sound, piecesPerRange] of [
      ['copy', 3],
      ['encode', 1],
    ] as const) {
      const { path } = await encode(recorded, { piecesPerRange, sound });
      expect(await timesOf(path)).toEqual(Array.from({ length: 240 }, (_, frame) => frame * 3000));
      expect(await decodeComplaints(path)).toBe('');
      const sounds = await ffprobePackets(path, 'a:0');
      expect(Math.abs(sounds.at(-1)!.pts! / 48_000 - 8)).toBeLessThan(0.1);
    }
  });
});

describe('an encode', () => {
  it('writes each delivery into part numbers and a first object of its own', async () => {
    const recorded = await bench.tasks.record({ ...SHORT, durationSeconds: 4 });
    const tasks = tasksOf(recorded, { piecesPerRange: 1 });
    const { path, reports } = await bench.run(tasks, (index) => index + 2);
    expect(reports.map(({ parts }) => parts.map(({ partNumber }) => partNumber))).toEqual([[], [102]]);
    expect(reports[0].headKey).toMatch(/-head-1$/);
    const head = await readFile(join(bench.tasks.rootPath, 'out', reports[0].headKey!));
    expect(reports[0].headSha256).toBe(createHash('sha256').update(head).digest('hex'));
    expect(await frameHashes(path)).toHaveLength(120);
    const alone = await bench.run(tasksOf(recorded, { piecesPerRange: 2 }), () => 3);
    expect(alone.reports[0].parts.map(({ partNumber }) => partNumber)).toEqual([21]);
  });

  it('ends when it is cancelled, long before its ffmpeg would have, and leaves no file', async () => {
    const recorded = await bench.tasks.record({ durationSeconds: 12, widthPixels: 1280, heightPixels: 720 });
    const video = { ...BUILT_IN_PROFILES['default'].video, preset: 'slow' } as const;
    const [task] = tasksOf(recorded, { piecesPerRange: 6, video });
    const abort = new AbortController();
    let abortedAtMs = 0;
    const work = bench.start(task, abort.signal, () => {
      abortedAtMs ||= performance.now();
      abort.abort(new Error('cancelled'));
    });
    await expect(work).rejects.toThrow('cancelled');
    expect(performance.now() - abortedAtMs).toBeLessThan(5_000);
    expect(bench.scratchFiles()).toEqual([]);
  });

  it('refuses a clock that jumps without a word in the playlist', async () => {
    const recorded = await bench.tasks.record({ durationSeconds: 4, laterRuns: [{ ptsOffsetSeconds: 5000 }] });
    const pieces = recorded.pieces.map((piece) => ({ ...piece, runIndex: 0 }));
    const work = encode({ ...recorded, pieces }, { piecesPerRange: 4 });
    await expect(work).rejects.toMatchObject({ code: 'unsupported-source', retryable: false });
  });
});
