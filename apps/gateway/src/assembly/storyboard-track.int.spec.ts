import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type S3Access, waitUntil } from '@clipfleet/local-stack';
import { describeRealS3 } from '@clipfleet/testing';
import { renderStoryboardVtt } from '@clipfleet/timeline';
import type { ExportService } from '../exports/export-service.js';
import { type GatewayTest, MIB, openGatewayTest, partOf, planOf, sheetReport } from '../gateway.fixture.js';

const tracks = (s3?: S3Access): void => {
  let test: GatewayTest;
  let service: ExportService;
  beforeAll(async () => {
    test = await openGatewayTest(s3);
    service = test.service(await test.start());
  });
  afterAll(() => test.close());

  const begin = async (overwrite: boolean) => {
    const input = test.submission({ container: 'storyboard', overwrite });
    const { id } = await service.submit(input);
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    const sheetKey = input.output.destination.key;
    const trackAt = { bucket: test.bucket, key: sheetKey.replace('.jpg', '.vtt') };
    const sheetName = sheetKey.slice(sheetKey.lastIndexOf('/') + 1);
    return { id, input, sheetKey, trackAt, text: renderStoryboardVtt(sheetReport, sheetName) };
  };
  const read = async (at: { bucket: string; key: string }): Promise<string> =>
    new TextDecoder().decode(await test.store.getBytes(at, { limitBytes: MIB }));
  const finish = (id: string) => test.complete(id, 0, partOf(1, 10), { storyboard: sheetReport });

  it('is written beside the sheet, and told with it', async () => {
    const { id, input, sheetKey, trackAt, text } = await begin(false);
    await finish(id);
    await test.untilState(id, 'completed');
    expect(await read(trackAt)).toBe(text);
    expect(await test.store.head(trackAt)).toMatchObject({ contentType: 'text/vtt' });
    expect(await test.store.head({ ...trackAt, key: sheetKey })).toMatchObject({
      contentType: 'image/jpeg',
      sizeBytes: 10,
    });
    const { sidecarKeys, result } = await service.submit(input);
    expect(sidecarKeys).toEqual([trackAt.key]);
    expect(result).toMatchObject({ storyboard: sheetReport, workerBytes: 10 + text.length });
  });

  it('is recognised when the assembly before died after it was written, also where nothing may be replaced', async () => {
    const { id, trackAt, text } = await begin(false);
    await test.store.put(trackAt, new TextEncoder().encode(text));
    await finish(id);
    await test.untilState(id, 'completed');
    expect(await read(trackAt)).toBe(text);
  });

  it('does not replace another track if it must not: the export fails, and leaves no sheet', async () => {
    const { id, sheetKey, trackAt } = await begin(false);
    await test.store.put(trackAt, new TextEncoder().encode('WEBVTT\n\nsomebody’s'));
    await finish(id);
    await test.untilState(id, 'failed');
    expect(await test.exports.find(id)).toMatchObject({ errorCode: 'destination-exists' });
    await waitUntil(async () => (await test.openUploads()) === 0, { timeoutMs: 30_000, what: 'no upload to be open' });
    expect(await read(trackAt)).toContain('somebody');
    expect(await test.keys()).not.toContain(sheetKey);
  });

  it('stays with a sheet that came meanwhile, whose track it may be', async () => {
    const { id, input, trackAt, text } = await begin(false);
    await test.store.put(trackAt, new TextEncoder().encode(text));
    await test.store.put(input.output.destination, new Uint8Array(7));
    await finish(id);
    await test.untilState(id, 'failed');
    await waitUntil(async () => (await test.waiting('cleanup')) === 0, { timeoutMs: 30_000, what: 'clean up' });
    expect(await read(trackAt)).toBe(text);
    expect(await test.store.head(input.output.destination)).toMatchObject({ sizeBytes: 7 });
  });

  it('replaces what is there if it may', async () => {
    const { id, trackAt, text } = await begin(true);
    await test.store.put(trackAt, new TextEncoder().encode('WEBVTT\n'));
    await finish(id);
    await test.untilState(id, 'completed');
    expect(await read(trackAt)).toBe(text);
  });
};

describe('the track of a storyboard, planner and worker played by the test', () => tracks());
describeRealS3('the track of a storyboard', (access) => tracks(access));
