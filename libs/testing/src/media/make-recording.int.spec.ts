import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeRecording } from './make-recording.js';
import { decodeComplaints, ffprobeFile, ffprobePackets, frameHashes } from './probe.js';
import { DEMO_START_MS } from './recording-options.js';
import { referenceCopy } from './reference.js';

const scratch = mkdtempSync(path.join(tmpdir(), 'clipfleet-media-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const copyOf = async (playlistPath: string, name: string): Promise<string> => {
  const output = path.join(scratch, name);
  await referenceCopy(playlistPath, output);
  return output;
};

describe('makeRecording', () => {
  it('makes segments that one ffmpeg joins into every frame of the encode', async () => {
    const recording = await makeRecording({ durationSeconds: 6 });
    expect(recording.segments.map((segment) => segment.startSeconds)).toEqual([0, 2, 4]);
    const mp4 = await copyOf(recording.playlistPath, 'plain.mp4');
    expect(await ffprobePackets(mp4, 'v:0')).toHaveLength(180);
    const times = (await frameHashes(mp4)).map((frame) => frame.pts);
    expect(times.map((pts) => pts - times[0])).toEqual(Array.from({ length: 180 }, (_, frame) => frame * 3000));
    expect(await decodeComplaints(mp4)).toBe('');
  });

  it('writes the wall clock at every segment', async () => {
    const { playlistPath } = await makeRecording({ durationSeconds: 6 });
    const dates = [...readFileSync(playlistPath, 'utf8').matchAll(/DATE-TIME:(\S+)/g)].map(([, date]) =>
      Date.parse(date),
    );
    expect(dates).toEqual([DEMO_START_MS, DEMO_START_MS + 2000, DEMO_START_MS + 4000]);
  });

  it('finds what it made before', async () => {
    const first = await makeRecording({ durationSeconds: 4 });
    const modified = readFileSync(first.playlistPath);
    const second = await makeRecording({ durationSeconds: 4 });
    expect(second).toEqual(first);
    expect(readFileSync(second.playlistPath)).toEqual(modified);
  });

  it.each(['explicit-iv', 'sequence-iv'] as const)(
    'encrypts with AES-128 (%s) what ffmpeg decrypts',
    async (encryption) => {
      const options = { durationSeconds: 4, mediaSequence: 7 };
      const clear = await copyOf((await makeRecording(options)).playlistPath, `${encryption}-clear.mp4`);
      const decrypted = await copyOf(
        (await makeRecording({ ...options, encryption })).playlistPath,
        `${encryption}.mp4`,
      );
      expect(await ffprobePackets(decrypted)).toEqual(await ffprobePackets(clear));
    },
  );

  it('lists byte ranges of one file', async () => {
    const recording = await makeRecording({ durationSeconds: 4, byteRanges: true });
    expect(readdirSync(recording.directory).toSorted()).toEqual(['index.m3u8', 'whole.ts']);
    expect(await ffprobePackets(await copyOf(recording.playlistPath, 'ranges.mp4'), 'v:0')).toHaveLength(120);
  });

  it('joins runs with time stamps of their own by a discontinuity', async () => {
    const { playlistPath, segments } = await makeRecording({
      durationSeconds: 4,
      ptsOffsetSeconds: 1000,
      laterRuns: [{ durationSeconds: 2, ptsOffsetSeconds: 0 }],
    });
    expect(segments.map(({ run }) => run)).toEqual([0, 0, 1]);
    expect(readFileSync(playlistPath, 'utf8').match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
    const firstOf = async (uri: string): Promise<number> =>
      (await ffprobePackets(path.join(path.dirname(playlistPath), uri), 'v:0'))[0].pts ?? 0;
    expect(await firstOf(segments[2].uri)).toBeLessThan(await firstOf(segments[1].uri));
  });

  it('lets time stamps wrap at 33 bits', async () => {
    const recording = await makeRecording({ durationSeconds: 6, ptsOffsetSeconds: 95_440.5 });
    const times = await Promise.all(
      recording.segments.map(async ({ uri }) => readFirstPts(readFileSync(path.join(recording.directory, uri)))),
    );
    expect(times[0]).toBeGreaterThan(2 ** 33 - 5 * 90_000);
    expect(times.at(-1)).toBeLessThan(5 * 90_000);
  });

  it('leaves out what the options say is missing', async () => {
    const recording = await makeRecording({
      durationSeconds: 8,
      gapSegments: [1],
      missingSegments: [2],
      droppedSegments: [3],
    });
    expect(readdirSync(recording.directory).toSorted()).toEqual(['index.m3u8', 'segment-00000.ts']);
    expect(recording.segments).toHaveLength(3);
    expect(readFileSync(recording.playlistPath, 'utf8')).toMatch(/#EXT-X-GAP\n#EXTINF:2.000000,\nsegment-00001.ts/);
  });

  it.each([
    [{ videoCodec: 'hevc', audio: [{ codec: 'eac3' }] }, ['hevc', 'eac3']],
    [{ videoCodec: 'mpeg2', audio: [{ codec: 'mp2' }] }, ['mpeg2video', 'mp2']],
    [{ videoCodec: 'h264', openGop: true, audio: [{ codec: 'ac3' }, {}] }, ['h264', 'ac3', 'aac']],
    [{ videoCodec: 'none' }, ['aac']],
    [{ audio: [] }, ['h264']],
  ] as const)('encodes %j', async (options, codecNames) => {
    const recording = await makeRecording({ ...options, durationSeconds: 4 });
    const { streams } = await ffprobeFile(path.join(recording.directory, recording.segments[0].uri));
    expect(streams.map((stream) => stream.codecName)).toEqual(codecNames);
  });

  it.each(['dash-number', 'dash-time', 'dash-list'] as const)(
    'writes %s manifests that list existing files',
    async (format) => {
      const recording = await makeRecording({ durationSeconds: 6, format });
      const files = readdirSync(recording.directory);
      expect(files).toEqual(expect.arrayContaining(['manifest.mpd', ...recording.segments.map(({ uri }) => uri)]));
      expect(files).toHaveLength(4);
    },
  );
});

/** The 33 bits as they stand in the first PES header of the video (ffprobe would unwrap them). */
const readFirstPts = (ts: Buffer): number => {
  for (let at = 0; at + 188 <= ts.length; at += 188) {
    const isStart = (ts[at + 1] & 0x40) !== 0;
    const pid = ((ts[at + 1] & 0x1f) << 8) | ts[at + 2];
    if (!isStart || pid !== 0x100) continue;
    const pes = at + 4 + ((ts[at + 3] & 0x20) === 0 ? 0 : 1 + ts[at + 4]);
    const field = ts.subarray(pes + 9);
    return ((field[0] >> 1) & 7) * 2 ** 30 + (field.readUInt16BE(1) >> 1) * 2 ** 15 + (field.readUInt16BE(3) >> 1);
  }
  throw new Error('no PES');
};
