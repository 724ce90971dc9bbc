import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProbeRequested } from '@clipfleet/contracts';
import { createStores } from '@clipfleet/object-store';
import { answerProbe } from './answer-probe.js';
import { MediaProber } from './media-prober.js';

const MIB = 1024 * 1024;
const BUCKET = 'files';
const root = mkdtempSync(join(tmpdir(), 'clipfleet-probe-'));
const stores = createStores([{ id: 'disk', driver: 'file', locations: ['disk'], rootPath: root, syncWrites: false }]);
const prober = new MediaProber({ pictureTimeoutMs: 60_000 });
const never = new AbortController().signal;

/** Sound by the hundred megabytes costs nothing to make; the pictures are small. */
const PCM_SECONDS = 600;
const inputs = [
  ...['-f', 'lavfi', '-i', `testsrc2=size=64x36:rate=1:duration=${PCM_SECONDS}`],
  ...['-f', 'lavfi', '-i', `sine=sample_rate=48000:duration=${PCM_SECONDS}`],
];
const encoders = ['-ac', '2', '-c:v', 'mjpeg', '-c:a', 'pcm_s16le'];

beforeAll(() => mkdirSync(join(root, BUCKET)));
afterAll(async () => {
  await stores.close();
  rmSync(root, { recursive: true, force: true });
});

const make = (name: string, ...args: string[]): string => {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, join(root, BUCKET, name)]);
  return name;
};
const write = (name: string, content: string): string => {
  writeFileSync(join(root, BUCKET, name), content);
  return name;
};
const questionOf = (key: string): ProbeRequested => ({
  ...{ kind: 'probe.requested', version: 1, exportId: randomUUID(), generation: 1 },
  ...{ source: { storeId: 'disk', bucket: BUCKET, key }, sizeBytes: statSync(join(root, BUCKET, key)).size },
  ...{ replyTo: '_INBOX.x', answerByMs: 0 },
});
const probe = (key: string) => prober.probe(questionOf(key), stores.get('disk'), never);
const answer = (question: ProbeRequested) => answerProbe(question, { prober, stores, signal: never });

describe('a file of more than 100 MB', () => {
  it.each([
    ['a mov with its header at the end', 'end.mov', []],
    ['a mov with its header first', 'start.mov', ['-movflags', '+faststart']],
    ['a mkv', 'large.mkv', []],
    ['an avi', 'large.avi', []],
  ])('is probed by a few ranges: %s', async (_what, name, options) => {
    const key = make(name, ...inputs, ...encoders, ...options);
    const { media, readBytes } = await probe(key);
    expect(statSync(join(root, BUCKET, key)).size).toBeGreaterThan(100 * MIB);
    expect(readBytes).toBeGreaterThan(0);
    expect(readBytes).toBeLessThan(16 * MIB);
    expect(media.durationUs! / 1e6).toBeCloseTo(PCM_SECONDS, 0);
    expect(media.streams).toMatchObject([
      { type: 'video', codec: 'mjpeg', video: { width: 64, height: 36, frameRate: 1 } },
      { type: 'audio', codec: 'pcm_s16le', audio: { channelCount: 2, sampleRateHz: 48_000 } },
    ]);
  });
});

describe('what is stored', () => {
  const short = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25:duration=1'];
  it.each([
    ['a.ts', 'mpegts', 'h264', ['-c:v', 'libx264']],
    ['a.png', 'png_pipe', 'png', ['-frames:v', '1']],
    ['a.webm', 'matroska,webm', 'vp8', ['-c:v', 'libvpx']],
    // told by its content, whatever its name says
    ['mp4.jpg', 'mov,mp4,m4a,3gp,3g2,mj2', 'mpeg4', ['-c:v', 'mpeg4', '-f', 'mp4']],
  ])('is told of %s', async (name, format, codec, options) => {
    const { media } = await probe(make(name, ...short, ...options));
    expect([media.format, media.streams[0].codec]).toEqual([format, codec]);
  });

  it('is told of a picture that is turned', async () => {
    make('flat.mp4', ...short, '-c:v', 'mpeg4');
    // this option of ffmpeg counts the other way round
    const turn = ['-c', 'copy', '-metadata:s:v', 'rotate=270'];
    const key = make('turned.mp4', '-i', join(root, BUCKET, 'flat.mp4'), ...turn);
    const { metadata } = (await probe(key)).media.streams[0];
    expect(metadata).toMatchObject({ rotate: '90', language: 'und' });
  });
});

describe('what cannot be shown', () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25:duration=1'];
  const tone = ['-f', 'lavfi', '-i', 'sine=duration=1'];

  it('is told of: what is encrypted', async () => {
    make('plain.mp4', ...picture, '-c:v', 'libx264');
    expect((await probe('plain.mp4')).media.encrypted).toBeUndefined();
    const key = ['-encryption_key', '76a6c65c5ea762046bd749a2e632ccbb', '-encryption_kid', '0'.repeat(32)];
    const encryption = ['-c', 'copy', '-encryption_scheme', 'cenc-aes-ctr', ...key];
    make('encrypted.mp4', '-i', join(root, BUCKET, 'plain.mp4'), ...encryption);
    expect((await probe('encrypted.mp4')).media.encrypted).toBe(true);
  });

  it('is told of: a cover', async () => {
    make('cover.png', ...picture, '-frames:v', '1');
    const cover = ['-i', join(root, BUCKET, 'cover.png'), '-map', '0', '-map', '1', '-c:v', 'png'];
    const { streams } = (await probe(make('cover.m4a', ...tone, ...cover, '-disposition:v', 'attached_pic'))).media;
    expect(streams).toMatchObject([{ type: 'audio' }, { type: 'video', video: { width: 64, attached: true } }]);
  });
});

describe('what is no media', () => {
  let outside: Server;
  let outsideRequests = 0;
  beforeAll(async () => {
    outside = createServer((_request, response) => void ((outsideRequests += 1), response.end()));
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', () => resolve()));
  });
  afterAll(() => void outside.close());

  it.each(['list.m3u8', 'list.mp4'])(
    'and names other addresses is refused, and they are not asked: %s',
    async (name) => {
      const { port } = outside.address() as AddressInfo;
      const key = write(
        name,
        `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:${port}/a.ts\n#EXT-X-ENDLIST\n`,
      );
      expect(await answer(questionOf(key))).toMatchObject({ ok: false, reason: 'undecodable' });
      expect(outsideRequests).toBe(0);
    },
  );

  it.each([
    ['a text', 'hello, world\n'.repeat(100)],
    ['nothing', ''],
  ])('is refused by name: %s', async (_what, content) => {
    const told = await answer(questionOf(write('x.txt', content)));
    expect(told).toMatchObject({ ok: false, reason: 'undecodable' });
    expect(JSON.stringify(told)).not.toContain('127.0.0.1');
  });

  it('is told as gone when it is not there', async () => {
    const question = questionOf(write('gone.mp4', 'x'));
    rmSync(join(root, BUCKET, 'gone.mp4'));
    expect(await answer(question)).toEqual({ ok: false, reason: 'gone', message: 'there is no such object' });
  });

  it('ends with the process that looks at it', async () => {
    const abort = new AbortController();
    abort.abort(new Error('shutdown'));
    await expect(prober.probe(questionOf('list.mp4'), stores.get('disk'), abort.signal)).rejects.toThrow('shutdown');
  });
});
