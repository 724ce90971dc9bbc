import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type BenchRecording, decodeComplaints, frameHashes, slicePiece, TaskBench } from '@clipfleet/testing';
import type { TsPartsTask } from '@clipfleet/timeline';
import { writeTsParts } from './write-ts-parts.js';

const MIB = 1024 * 1024;
const COPIED_BYTES = 188 * 30_000;
const STREAMED_BYTES = 188 * 5_000;
const bench = new TaskBench();
afterAll(() => bench.close());

const taskOf = (
  { pieces, source }: Pick<BenchRecording, 'pieces' | 'source'>,
  given: Partial<TsPartsTask> = {},
): TsPartsTask => ({
  kind: 'ts-parts',
  source,
  workBytes: pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0),
  lead: [],
  cutMode: 'keyframe',
  parts: [{ partNumber: 1, method: 'stream', pieces }],
  ...given,
});
const write = (task: TsPartsTask): ReturnType<TaskBench['run']> =>
  bench.run(task, (io) => writeTsParts(task, io), { extension: '.ts' });
const joined = ({ recording }: BenchRecording): Buffer =>
  Buffer.concat(recording.segments.map(({ uri }) => readFileSync(join(recording.directory, uri))));

describe('writing ts parts', () => {
  it('streams small pieces as one part, byte for byte', async () => {
    const recorded = await bench.record();
    const { path, report } = await write(taskOf(recorded));
    expect(readFileSync(path).equals(joined(recorded))).toBe(true);
    expect(report).toMatchObject({
      storeCopyBytes: 0,
      workerBytes: joined(recorded).length,
      parts: [{ partNumber: 1 }],
    });
  });

  it('decrypts encrypted pieces', async () => {
    const [plain, encrypted] = [await bench.record(), await bench.record({ encryption: 'explicit-iv' })];
    const playlist = readFileSync(encrypted.recording.playlistPath, 'utf8');
    const keyUri = /URI="([^"]+)"/.exec(playlist)?.[1] ?? '';
    const ivs = [...playlist.matchAll(/IV=0x([0-9a-fA-F]{32})/g)].map((match) => match[1]);
    const pieces = encrypted.pieces.map((piece, i) => ({
      ...piece,
      cipher: { keyObjectKey: piece.key.replace(/[^/]+$/, keyUri), ivHex: ivs[Math.min(i, ivs.length - 1)] },
    }));
    const { path } = await write(taskOf({ ...encrypted, pieces }));
    expect(readFileSync(path).equals(joined(plain))).toBe(true);
  });

  it('copies large pieces inside the store and counts them apart', async () => {
    const { source } = await bench.record();
    // null packets (PID 0x1FFF): large without an encoder's work
    const body = Buffer.alloc(COPIED_BYTES + STREAMED_BYTES, Buffer.alloc(188, 0xff).fill('471fff10', 0, 4, 'hex'));
    await bench.store.put({ bucket: source.bucket, key: 'large.ts' }, body);
    const base = { segmentIndex: 0, key: 'large.ts', durationTicks: 1, runIndex: 0 };
    const whole = { ...base, sizeBytes: body.length };
    const range = { ...base, byteRange: [COPIED_BYTES, body.length] as [number, number], sizeBytes: STREAMED_BYTES };
    const parts: TsPartsTask['parts'] = [
      { partNumber: 1, method: 'store-copy', pieces: [whole] },
      { partNumber: 2, method: 'stream', pieces: [range] },
    ];
    const { path, report } = await write(taskOf({ pieces: [whole], source }, { parts }));
    expect(report).toMatchObject({ storeCopyBytes: body.length, workerBytes: STREAMED_BYTES });
    expect(readFileSync(path).equals(Buffer.concat([body, body.subarray(COPIED_BYTES)]))).toBe(true);
  });

  it('cuts the edges at packets: from the keyframe before in, to the last frame before out', async () => {
    const recorded = await bench.record({ gopSeconds: 1 });
    const pieces = recorded.pieces.slice(0, 4);
    const task = taskOf(
      { ...recorded, pieces },
      { trimStart: { offsetTicks: 135_000 }, trimEnd: { offsetTicks: 45_000 } },
    );
    const { path, report } = await write(task);
    // keyframes at every second: in at 1.5 s starts at 1 s; out at 6.5 s
    expect(report).toMatchObject({ cut: { startDeltaTicks: -45_000, videoFrameCount: 166 } });
    const all = (await frameHashes(recorded.recording.playlistPath)).map(({ md5 }) => md5);
    const shown = (await frameHashes(path)).map(({ md5 }) => md5);
    expect(shown.slice(0, 165)).toEqual(all.slice(30, 195));
    // a later picture that those before out refer to stays: a ts has no way to hide it
    expect(all.slice(195, 200)).toEqual(expect.arrayContaining(shown.slice(165)));
    expect(await decodeComplaints(path)).toBe('');
  });

  it('reads on behind the last segment for the picture that is larger than it', async () => {
    const large = { noise: true, widthPixels: 640, heightPixels: 360, durationSeconds: 1, bFrames: 0 } as const;
    const recorded = await bench.record(large);
    const slices = slicePiece(recorded.pieces[0], 150 * 188 + 77);
    const all = (await frameHashes(recorded.recording.playlistPath)).map(({ md5 }) => md5);
    // a picture begins in the fifth, and goes on behind it
    const task = taskOf({ ...recorded, pieces: slices.slice(0, 5) }, { trimEnd: { offsetTicks: 1 } });
    const { path, report } = await write({ ...task, tail: slices.slice(5) });
    const shown = (await frameHashes(path)).map(({ md5 }) => md5);
    expect(report).toMatchObject({ cut: { videoFrameCount: shown.length } });
    expect(shown).toEqual(all.slice(0, shown.length));
    expect(await decodeComplaints(path)).toBe('');
  });

  it('finds the keyframe in the lead when the first segment does not start on one', async () => {
    const recorded = await bench.record({ cutAnywhere: true, gopSeconds: 3 });
    const [lead, ...pieces] = recorded.pieces;
    const task = taskOf({ ...recorded, pieces }, { lead: [lead], trimStart: { offsetTicks: 45_000 } });
    const { path, report } = await write(task);
    const probe = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=flags', '-of', 'csv=p=0', path];
    expect(execFileSync('ffprobe', probe).toString().slice(0, 1)).toBe('K');
    expect(report).toMatchObject({ cut: { startDeltaTicks: expect.any(Number) } });
    expect(await decodeComplaints(path)).toBe('');
  });

  it('cuts the whole stream into parts of one size where the store wants it', async () => {
    const recorded = await bench.record({ widthPixels: 640, heightPixels: 360 });
    const partBytes = 5 * MIB;
    const repeated = Array.from({ length: 12 }, () => recorded.pieces).flat();
    const task = taskOf({ ...recorded, pieces: repeated }, { equalPartBytes: partBytes });
    const { path, report } = await write(task);
    expect(report.parts.length).toBeGreaterThan(1);
    expect(report.parts.slice(0, -1).every((part) => part.sizeBytes === partBytes)).toBe(true);
    expect(readFileSync(path).length).toBe(12 * joined(recorded).length);
  });

  it('refuses media that is none, by name', async () => {
    const { source } = await bench.record();
    await bench.store.put({ bucket: source.bucket, key: 'noise.ts' }, Buffer.alloc(100_000, 'noise'));
    const piece = { segmentIndex: 0, key: 'noise.ts', sizeBytes: 100_000, durationTicks: 180_000, runIndex: 0 };
    const task = taskOf({ pieces: [piece], source }, { trimStart: { offsetTicks: 1 } });
    await expect(write(task)).rejects.toMatchObject({ code: 'undecodable' });
  });
});
