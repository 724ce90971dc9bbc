import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type S3Access, waitUntil } from '@clipfleet/local-stack';
import { describeRealS3 } from '@clipfleet/testing';
import type { Plan } from '@clipfleet/timeline';
import type { ExportService } from '../exports/export-service.js';
import { type GatewayTest, MIB, openGatewayTest, partOf, planOf, playlistPlanIn } from '../gateway.fixture.js';

/** What the one task tells of the segment at the edge. */
const segments = [{ startByte: 0, endByte: 10, durationTicks: 93_000, startDeltaTicks: 900 }];

const exactPlaylists = (s3?: S3Access): void => {
  let test: GatewayTest;
  let service: ExportService;
  beforeAll(async () => {
    test = await openGatewayTest(s3);
    service = test.service(await test.start());
  });
  afterAll(() => test.close());

  const planOfEdge = (key: string): Plan => {
    const plan = playlistPlanIn(test.bucket);
    const { entries } = plan.playlist!;
    const edge = { key, bucket: test.bucket, durationTicks: 90_000, edgeIndex: 0, wallClockMs: 1_000 };
    const playlist = { ...plan.playlist!, entries: [{ ...edge, discontinuity: false }, entries[1]] };
    return { ...plan, tasks: planOf(1).tasks, playlist, uploadKey: key };
  };
  const begin = async (overwrite: boolean) => {
    const input = test.submission({ container: 'playlist', cutMode: 'exact', exact: { by: 'reencode' }, overwrite });
    const { id } = await service.submit(input);
    const { key } = input.output.destination;
    const edgesKey = key.replace('.m3u8', '.edges.ts');
    await test.plan(id, planOfEdge(edgesKey));
    await test.untilState(id, 'running');
    return { id, input, key, edgesKey };
  };
  const finish = (id: string) => test.complete(id, 0, partOf(1, 10), { segments });
  const text = async (key: string): Promise<string> =>
    new TextDecoder().decode(await test.store.getBytes({ bucket: test.bucket, key }, { limitBytes: MIB }));

  it('names what the task has made, where it lies beside it, as long as it is', async () => {
    const { id, input, key, edgesKey } = await begin(false);
    await finish(id);
    await test.untilState(id, 'completed');
    const lines = (await text(key)).split('\n');
    const at = lines.indexOf('#EXT-X-BYTERANGE:10@0');
    expect(lines.slice(at - 2, at + 4)).toEqual([
      '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:01.010Z',
      '#EXTINF:1.033333,',
      '#EXT-X-BYTERANGE:10@0',
      edgesKey.slice(edgesKey.lastIndexOf('/') + 1),
      '#EXTINF:6.000000,',
      '../rec/1.ts',
    ]);
    const edges = await test.store.head({ bucket: test.bucket, key: edgesKey });
    expect(edges).toMatchObject({ contentType: 'video/mp2t', sizeBytes: 10 });
    const { sidecarKeys, result } = await service.submit(input);
    expect(sidecarKeys).toEqual([edgesKey]);
    expect(result?.sizeBytes).toBe((await text(key)).length);
    expect(await test.openUploads()).toBe(0);
  });

  it('leaves nothing beside another playlist that came meanwhile, if it must not replace it', async () => {
    const { id, key, edgesKey } = await begin(false);
    await test.store.put({ bucket: test.bucket, key }, new TextEncoder().encode('#EXTM3U'));
    await finish(id);
    await test.untilState(id, 'failed');
    expect(await test.exports.find(id)).toMatchObject({ errorCode: 'destination-exists' });
    const isGone = async (): Promise<boolean> => !(await test.keys()).includes(edgesKey);
    await waitUntil(isGone, { timeoutMs: 30_000, what: 'the segments at the edges to be deleted' });
    expect(await text(key)).toBe('#EXTM3U');
  });

  it('leaves nothing when it is cancelled, and does not touch segments of another that are there', async () => {
    const { id, key, edgesKey } = await begin(true);
    await test.store.put({ bucket: test.bucket, key: edgesKey }, new Uint8Array(7));
    await service.cancel(test.tenantId, id);
    await waitUntil(async () => (await test.openUploads()) === 0, { timeoutMs: 30_000, what: 'no upload to be open' });
    const keys = await test.keys();
    expect([keys.includes(key), keys.includes(edgesKey)]).toEqual([false, true]);
  });
};

describe('an exact playlist, planner and worker played by the test', () => exactPlaylists());
describeRealS3('an exact playlist', (access) => exactPlaylists(access));
