import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { compactDecrypt } from 'jose';
import { type S3Access, waitUntil } from '@clipfleet/local-stack';
import { describeRealS3 } from '@clipfleet/testing';
import type { ExportService } from '../exports/export-service.js';
import { type GatewayTest, JWE_KEY, MIB, openGatewayTest, partOf, planOf, playlistPlanIn } from '../gateway.fixture.js';

const wholeLife = (s3?: S3Access) => {
  let test: GatewayTest;
  let service: ExportService;
  beforeAll(async () => {
    test = await openGatewayTest(s3);
    service = test.service(await test.start());
    await test.start();
  });
  afterAll(() => test.close());

  afterEach(async () => {
    await waitUntil(async () => (await test.openUploads()) === 0, { timeoutMs: 30_000, what: 'no upload to be open' });
  });

  const untilClean = () =>
    waitUntil(async () => (await test.openUploads()) === 0, { timeoutMs: 30_000, what: 'no upload to be open' });

  it('goes from request to object', async () => {
    const input = test.submission();
    const { id } = await service.submit(input);
    await test.plan(id, planOf(2));
    await test.untilState(id, 'running');
    await Promise.all([test.complete(id, 1, partOf(2, 1000)), test.complete(id, 0, partOf(1))]);
    await test.untilState(id, 'completed');
    const view = await service.submit(input);
    expect(view).toMatchObject({
      id,
      state: 'completed',
      retryAfterMs: 0,
      progress: { doneBytes: 2000, totalBytes: 2000, ratio: 1 },
      result: {
        coverage: { achieved: { startMs: 0, endMs: 12_000 } },
        sizeBytes: 5 * MIB + 1000,
        workerBytes: 5 * MIB + 1000,
        storeCopyBytes: 0,
        warnings: [{ code: 'w', message: 'planned' }],
      },
    });
    const bytes = await test.store.getBytes(input.output.destination, { limitBytes: 6 * MIB });
    expect(Buffer.compare(bytes, Buffer.concat([partOf(1), partOf(2, 1000)]))).toBe(0);
    expect((await test.store.head(input.output.destination))?.contentType).toBe('video/mp2t');
  });

  it('changes nothing when plan and last task are told twice, to any gateway', async () => {
    const { id } = await service.submit(test.submission());
    for (let again = 0; again < 3; again++) {
      const message = { kind: 'export.planned', version: 1, exportId: id, generation: 1, plan: planOf(1) };
      await test.bus.outbox.publishRaw('clipfleet.event.export-planned', message, { msgId: `p${again}-${id}` });
    }
    await test.untilState(id, 'running');
    await test.complete(id, 0, partOf(1, 10));
    await test.untilState(id, 'completed');
    const completed = await test.exports.find(id);
    const assemble = { kind: 'export.assemble', version: 1, exportId: id, generation: 1 };
    await test.bus.outbox.publishRaw('clipfleet.work.assemble', assemble, { msgId: `again-${id}` });
    await waitUntil(async () => (await test.waiting('assemble')) === 0, {
      timeoutMs: 30_000,
      what: 'the queue to be empty',
    });
    expect(await test.exports.find(id)).toEqual(completed);
  });

  it('recognises its own object when the assembly before died after the store had joined it', async () => {
    const input = test.submission({ overwrite: false });
    const { id } = await service.submit(input);
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    const record = (await test.exports.find(id))!;
    const part = await test.store.uploadPart(record.destination, record.uploadId!, 1, partOf(1, 10));
    await test.store.completeUpload(record.destination, record.uploadId!, [part], { ifAbsent: true });
    await test.work.completeTask({ exportId: id, generation: 1 }, 0, {
      parts: [part],
      storeCopyBytes: 0,
      workerBytes: 10,
      warnings: [],
    });
    await test.untilState(id, 'completed');
    expect((await test.exports.find(id))?.generation).toBe(1);
  });

  it('begins anew when the upload is lost, and ends with one object', async () => {
    const { id } = await service.submit(test.submission());
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    const record = (await test.exports.find(id))!;
    const part = await test.store.uploadPart(record.destination, record.uploadId!, 1, partOf(1, 10));
    await test.store.abortUpload(record.destination, record.uploadId!);
    await test.work.completeTask({ exportId: id, generation: 1 }, 0, {
      parts: [part],
      storeCopyBytes: 0,
      workerBytes: 10,
      warnings: [],
    });
    await waitUntil(async () => (await test.exports.find(id))?.generation === 2, {
      timeoutMs: 30_000,
      what: 'generation 2',
    });
    await test.plan(id, planOf(1), 2);
    await test.untilState(id, 'running', 2);
    await test.complete(id, 0, partOf(3, 10));
    await test.untilState(id, 'completed', 2);
  });

  it('never replaces an object that came meanwhile, if it must not', async () => {
    const input = test.submission({ overwrite: false });
    const { id } = await service.submit(input);
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    await test.store.put(input.output.destination, new Uint8Array(7));
    await test.complete(id, 0, partOf(1, 10));
    await test.untilState(id, 'failed');
    expect(await test.exports.find(id)).toMatchObject({ errorCode: 'destination-exists' });
    expect((await test.store.head(input.output.destination))?.sizeBytes).toBe(7);
  });

  it('fails with the reason of the attempt that cannot succeed, and leaves neither object nor upload', async () => {
    const input = test.submission();
    const { id } = await service.submit(input);
    await test.plan(id, planOf(2));
    await test.untilState(id, 'running');
    await test.complete(id, 0, partOf(1));
    await test.bus.events.attemptFailed(
      {
        kind: 'attempt.failed',
        version: 1,
        exportId: id,
        generation: 1,
        work: { kind: 'task', taskIndex: 1 },
        deliveryCount: 1,
        code: 'undecodable',
        message: 'rec/1.ts packet 7: no sync byte',
        details: { key: 'rec/1.ts', packet: 7 },
        retryable: false,
      },
      `failed-${id}`,
    );
    await test.untilState(id, 'failed');
    expect(await service.submit(input)).toMatchObject({
      id,
      errorCode: 'undecodable',
      errorMessage: 'rec/1.ts packet 7: no sync byte',
      errorDetails: { key: 'rec/1.ts', packet: 7 },
    });
    await untilClean();
    expect(await test.keys()).not.toContain(input.output.destination.key);
  });

  it('tells a destination that cannot be written', async () => {
    const input = test.submission({ destination: { storeId: 'local', bucket: 'no-such-bucket', key: 'a.ts' } });
    const { id } = await service.submit(input);
    await test.plan(id, planOf(1));
    await test.untilState(id, 'failed');
    expect(await test.exports.find(id)).toMatchObject({ errorCode: 'destination-not-writable' });
    await test.ledger.dataSource.query(`UPDATE upload SET state = 'aborted' WHERE export_id = $1`, [id]);
  });

  it('cancels: the upload is closed, workers are told, and what still comes changes nothing', async () => {
    const input = test.submission();
    const { id } = await service.submit(input);
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    const record = (await test.exports.find(id))!;
    await test.bus.ended.start();
    expect((await service.cancel(test.tenantId, id))?.state).toBe('cancelled');
    await waitUntil(() => test.bus.ended.isEnded(id, 1), { timeoutMs: 30_000, what: 'workers to know' });
    await untilClean();
    await expect(test.store.uploadPart(record.destination, record.uploadId!, 1, partOf(1, 10))).rejects.toMatchObject({
      code: 'no-such-upload',
    });
    expect(await test.keys()).not.toContain(input.output.destination.key);
  });

  describe('of a playlist', () => {
    const finish = async (container: 'playlist' | 'playlist-json' | 'playlist-jwe') => {
      const input = test.submission({ container });
      const { id } = await service.submit(input);
      await test.plan(id, playlistPlanIn(test.bucket));
      await test.untilState(id, 'completed');
      const view = await service.submit(input);
      const read = async (key: string) =>
        Buffer.from(await test.store.getBytes({ bucket: test.bucket, key }, { limitBytes: MIB })).toString('utf8');
      return { view, read, key: input.output.destination.key, id };
    };

    it('writes the playlist with addresses that hold from where it lies', async () => {
      const { view, read, key } = await finish('playlist');
      const text = await read(key);
      expect(text).toContain('\n../rec/0.ts\n');
      expect(text.trimEnd().endsWith('#EXT-X-ENDLIST')).toBe(true);
      expect(view.result?.sizeBytes).toBe(text.length);
    });

    it('writes JSON with a playlist beside it', async () => {
      const { view, read, key } = await finish('playlist-json');
      const json = JSON.parse(await read(key)) as Record<string, unknown>;
      expect(json).toMatchObject({ project: 'pp', description: 'ZGVzYw==', file_path: `/${key}`, end_offset: 2_000 });
      expect(view.sidecarKeys).toEqual([key.replace('.json', '.m3u8')]);
      expect(await read(view.sidecarKeys![0])).toBe(json['m3u8']);
    });

    it('writes the JSON encrypted for the tenant', async () => {
      const { read, key } = await finish('playlist-jwe');
      const { plaintext, protectedHeader } = await compactDecrypt(await read(key), JWE_KEY);
      expect(protectedHeader).toMatchObject({ alg: 'dir', enc: 'A256GCM' });
      expect(JSON.parse(Buffer.from(plaintext).toString('utf8'))).toMatchObject({
        project: 'pp',
        file_path: `/${key}`,
      });
    });

    it.each([['playlist'], ['playlist-json'], ['playlist-jwe']] as const)(
      '%s: knows what it wrote before it died, also where nothing may be replaced',
      async (container) => {
        const input = test.submission({ container, overwrite: false });
        const { id } = await service.submit(input);
        await test.plan(id, playlistPlanIn(test.bucket));
        await test.untilState(id, 'completed');
        await test.ledger.dataSource.query(
          `UPDATE export SET state = 'assembling', ended_at = NULL, result = NULL WHERE id = $1`,
          [id],
        );
        const assemble = { kind: 'export.assemble', version: 1, exportId: id, generation: 1 };
        await test.bus.outbox.publishRaw('clipfleet.work.assemble', assemble, { msgId: `again-${id}` });
        await test.untilState(id, 'completed');
      },
    );

    it('refuses to encrypt without a key, in words', async () => {
      await test.ledger.dataSource.query('UPDATE tenant SET jwe_key = NULL');
      const { id } = await service.submit(test.submission({ container: 'playlist-jwe' }));
      await test.plan(id, playlistPlanIn(test.bucket));
      await test.untilState(id, 'failed');
      expect(await test.exports.find(id)).toMatchObject({ errorCode: 'bad-parameter' });
      await test.ledger.dataSource.query('UPDATE tenant SET jwe_key = $1', [Buffer.from(JWE_KEY)]);
    });
  });
};

describe('the life of an export, planner and workers played by the test', () => wholeLife());
describeRealS3('the life of an export', (access) => wholeLife(access));
