import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { S3Access } from '@clipfleet/local-stack';
import { findChromium } from '../browser/find-chromium.js';
import { openPlayer } from '../browser/player.fixture.js';
import { describeRealS3 } from '../describe-real-s3.js';
import { describeWithTool } from '../describe-with-tool.js';
import { makeRecording } from '../media/make-recording.js';
import type { Recording } from '../media/recording.js';
import { testDirectory } from '../test-servers.js';
import { nearestFrame } from './checks.fixture.js';
import { fileClient } from './file-client.fixture.js';
import { type Fleet, openFleet, SOURCE_BUCKET } from './fleet.fixture.js';
import { decodingComplaints, picturesAt, picturesOf } from './playlist-checks.fixture.js';

/** The server is the whole run's. */
const FILES = `files-${randomBytes(4).toString('hex')}`;

/** As an operator lets players of other origins read the buckets. */
const letPlayersIn = async (access: S3Access, buckets: readonly string[]): Promise<void> => {
  const { endpoint, region, accessKeyId, secretAccessKey } = access;
  const client = new S3Client({
    ...{ endpoint, region, forcePathStyle: true },
    credentials: { accessKeyId, secretAccessKey },
  });
  const CORSRules = [{ AllowedMethods: ['GET', 'HEAD'], AllowedOrigins: ['*'], AllowedHeaders: ['range'] }];
  for (const Bucket of buckets)
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  client.destroy();
};

describeRealS3('files in a bucket', (access) => {
  let fleet: Fleet;
  let client: ReturnType<typeof fileClient>;
  let plain: Recording;
  let keyed: Recording;
  let plainId: string;
  let keyedId: string;
  beforeAll(async () => {
    const options = { encryption: 'sequence-iv', durationSeconds: 6, widthPixels: 640, heightPixels: 360 } as const;
    const onS3 = { CLIPFLEET_FILES_STORE: 'main', CLIPFLEET_FILES_BUCKET: FILES };
    [fleet, plain, keyed] = await Promise.all([openFleet(onS3), makeRecording(), makeRecording(options)]);
    await fleet.s3Store().store.ensureBucket(FILES);
    client = fileClient(fleet);
    plainId = await client.register(fleet.s3Store(), plain);
    keyedId = await client.uploadRecording(keyed, 'live/keyed');
  });
  afterAll(() => fleet?.close());

  it('are joined and cut as playlists, which are recordings again', async () => {
    const all = await client.made('m3u8-concat', { m3u8s: [plainId, keyedId], save_as: 'all.m3u8' });
    expect(all).toMatchObject({ status: 'success', mime_type: 'application/vnd.apple.mpegurl' });
    expect(await decodingComplaints(all.path)).toEqual([]);
    expect(await picturesAt(all.path)).toEqual([...(await picturesOf(plain)), ...(await picturesOf(keyed))]);
    const asked = { m3u8: all.id, save_as: 'part.m3u8', include: [5, 6], index: true };
    const part = await client.made('m3u8-clip', asked);
    const { body } = await client.call('POST', '/oserve/v1/media/m3u8-meta/', { m3u8: part.id });
    expect(body['meta']).toEqual({ duration: 4, points: [2, 4] });
    expect(await picturesAt(part.path)).toEqual([...(await picturesOf(plain, 10)), ...(await picturesOf(keyed, 0, 2))]);
    expect((await client.call('DELETE', `/oserve/v2.2/file/${part.id}/`)).status).toBe(204);
    expect((await fetch(part.path)).status).toBe(404);
  });

  it('become one mp4 that is cut where it was asked for, and told about by ranges', async () => {
    const asked = { include: [1, 9], exclude: [3, 4.5], accuracy: 'exact', output: 'mp4' };
    const file = await client.made('m3u8-clip', { m3u8: plainId, save_as: 'exact.mp4', ...asked });
    expect(file).toMatchObject({ status: 'success', mime_type: 'video/mp4' });
    expect(await picturesAt(file.path)).toEqual([
      ...(await picturesOf(plain, 1, 3)),
      ...(await picturesOf(plain, 4.5, 9)),
    ]);
    const { status, body } = await client.call('POST', '/oserve/v1/media/audio-video-meta/', { source: file.id });
    expect(status).toBe(200);
    expect(body['streams']).toMatchObject([{ type: 'video', codec: 'h264', video_width: 320 }, { type: 'audio' }]);
  });

  it('are looked at as one picture', async () => {
    const file = await client.made('video-snapshot', { source: plainId, save_as: 'a.png', point: '00:00:03.500' });
    expect(file).toMatchObject({ status: 'success', mime_type: 'image/png' });
    const picture = path.join(await mkdtemp(path.join(testDirectory(), 'snapshot-')), 'a.png');
    await writeFile(picture, Buffer.from(await (await fetch(file.path)).arrayBuffer()));
    expect(await nearestFrame(picture, plain.playlistPath, 105, 2)).toBe(105);
  });

  describeWithTool(findChromium, 'in Chromium', (executablePath) => {
    it('play by hls.js where buckets let other origins in', async () => {
      await letPlayersIn(access, [FILES, SOURCE_BUCKET]);
      const file = await client.made('m3u8-concat', { m3u8s: [keyedId, plainId], save_as: 'all.m3u8' });
      const player = await openPlayer(executablePath);
      try {
        const played = await player.playHls(file.path, 4);
        expect(played.errors.filter(({ fatal, type }) => fatal || type === 'networkError')).toEqual([]);
        expect(played.appended).toHaveLength(9);
        expect(played.bufferedSeconds).toHaveLength(1);
        expect(played.sizes).toEqual(['640x360', '320x180']);
        expect(played.currentSeconds).toBe(played.durationSeconds);
      } finally {
        await player.close();
      }
    });
  });
});
