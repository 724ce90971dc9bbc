import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { jetstreamManager } from '@nats-io/jetstream';
import { WORK_STREAM } from '@clipfleet/contracts';
import { waitUntil } from '@clipfleet/local-stack';
import { type GatewayTest, openGatewayTest, planOf } from '../gateway.fixture.js';
import { Sweeper } from './sweeper.js';

const MINUTE_MS = 60_000;

describe('Sweeper', () => {
  let test: GatewayTest;
  let app: NestFastifyApplication;
  beforeAll(async () => {
    test = await openGatewayTest();
    app = await test.start();
  });
  afterAll(() => test.close());

  const sweep = () => app.get(Sweeper).sweepOnce();
  const submit = async (): Promise<string> => (await test.service(app).submit(test.submission())).id;
  const age = async (exportId: string, ms: number): Promise<void> => {
    const by = `- ${ms} * interval '1 millisecond'`;
    const { dataSource } = test.ledger;
    await dataSource.query(
      `UPDATE export SET accepted_at = accepted_at ${by}, updated_at = updated_at ${by} WHERE id = $1`,
      [exportId],
    );
    await dataSource.query(`UPDATE outbox SET published_at = published_at ${by} WHERE export_id = $1`, [exportId]);
    await dataSource.query(`UPDATE upload SET created_at = created_at ${by} WHERE export_id = $1`, [exportId]);
  };
  const redrivesOf = async (exportId: string): Promise<number[]> => {
    const rows = await test.ledger.dataSource.query<{ redrives: number }[]>(
      'SELECT redrives FROM outbox WHERE export_id = $1 ORDER BY id',
      [exportId],
    );
    return rows.map((row) => row.redrives);
  };

  it('sends work again that the stream lost, and leaves alone what still waits in it', async () => {
    const lost = await submit();
    const waiting = await submit();
    for (const id of [lost, waiting]) await test.untilState(id, 'planning');
    const jsm = await jetstreamManager(test.bus.nc);
    const [{ stream_sequence: sequence }] = await test.ledger.dataSource.query<{ stream_sequence: string }[]>(
      'SELECT stream_sequence FROM outbox WHERE export_id = $1',
      [lost],
    );
    await jsm.streams.deleteMessage(WORK_STREAM, Number(sequence));
    for (const id of [lost, waiting]) await age(id, 6 * MINUTE_MS);
    expect(await sweep()).toBe(true);
    expect(await redrivesOf(lost)).toEqual([1]);
    expect(await redrivesOf(waiting)).toEqual([0]);
    const messages = await test.take('plan', 2);
    expect(new Set(messages.map(({ json }) => json.exportId))).toEqual(new Set([lost, waiting]));
  });

  it('makes a consumer anew that somebody removed', async () => {
    const jsm = await jetstreamManager(test.bus.nc);
    await jsm.consumers.delete(WORK_STREAM, 'transcode');
    expect(await sweep()).toBe(true);
    expect((await jsm.consumers.info(WORK_STREAM, 'transcode')).name).toBe('transcode');
  });

  it('gives up work that is lost again and again', async () => {
    const id = await submit();
    for (let round = 0; round <= 5; round++) {
      await test.take('plan', 1);
      await waitUntil(async () => (await test.outbox.backlog()).count === 0, {
        timeoutMs: 30_000,
        what: 'an empty outbox',
      });
      await age(id, 6 * MINUTE_MS);
      await sweep();
    }
    expect(await test.exports.find(id)).toMatchObject({ state: 'failed', errorCode: 'internal' });
  });

  it('ends what takes too long, and its upload', async () => {
    const id = await submit();
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    await age(id, 27 * 60 * MINUTE_MS);
    await sweep();
    expect(await test.exports.find(id)).toMatchObject({ state: 'failed', errorCode: 'deadline-exceeded' });
    await waitUntil(async () => (await test.openUploads()) === 0, { timeoutMs: 30_000, what: 'no upload to be open' });
  });

  it('aborts an upload of which only the intent was recorded, and not one of somebody else', async () => {
    const id = await submit();
    const record = (await test.exports.find(id))!;
    await test.uploads.begin({ exportId: id, generation: 1 });
    // the gateway died here, with the store's answer on its way
    const lost = await test.store.createUpload(record.destination);
    const foreign = await test.store.createUpload({ bucket: 'out', key: `${record.destination.key}.other` });
    await sweep();
    expect(await test.openUploads()).toBe(2);
    await age(id, MINUTE_MS);
    await sweep();
    const open = await test.store.listUploads('out', record.destination.key);
    expect(open.map((upload) => upload.uploadId)).toEqual([foreign]);
    expect(open.map((upload) => upload.uploadId)).not.toContain(lost);
    await test.store.abortUpload({ bucket: 'out', key: `${record.destination.key}.other` }, foreign);
    // the export itself goes on
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    await test.service(app).cancel(test.tenantId, id);
  });

  it('aborts an upload whose plan was recorded with another one', async () => {
    const id = await submit();
    const record = (await test.exports.find(id))!;
    const intent = await test.uploads.begin({ exportId: id, generation: 1 });
    const left = await test.store.createUpload(record.destination);
    await test.uploads.opened(intent!.id, left);
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    await age(id, 2 * MINUTE_MS);
    await sweep();
    const open = await test.store.listUploads('out', record.destination.key);
    expect(open.map((upload) => upload.uploadId)).toEqual([(await test.exports.find(id))!.uploadId]);
    await test.service(app).cancel(test.tenantId, id);
  });

  it('leaves the sweep to another gateway that has begun it', async () => {
    const other = await test.start();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const holding = test.ledger.withAdvisoryLock(7_203_441_002, () => held);
    await waitUntil(async () => !(await other.get(Sweeper).sweepOnce()), {
      timeoutMs: 30_000,
      what: 'the lock to be held',
    });
    release();
    await holding;
    expect(await other.get(Sweeper).sweepOnce()).toBe(true);
  });
});
