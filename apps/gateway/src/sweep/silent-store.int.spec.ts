import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { WORK_STREAM } from '@clipfleet/contracts';
import type { ExportStatus } from '@clipfleet/ledger';
import { waitUntil } from '@clipfleet/local-stack';
import { type GatewayTest, openGatewayTest, planOf } from '../gateway.fixture.js';
import { tempHeadOf } from '../uploads/temp-head.js';
import { Sweeper } from './sweeper.js';

const SILENT = 'silent';
/** More than a batch. */
const ORDER_COUNT = 500;

describe('a store that takes connections and says nothing', () => {
  let test: GatewayTest;
  let server: Server;
  let connectionCount = 0;
  beforeAll(async () => {
    test = await openGatewayTest();
    server = createServer((socket) => {
      connectionCount += 1;
      socket.on('error', () => undefined).resume();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await order(SILENT, 'clips/old', ORDER_COUNT, '1 hour');
  });
  afterAll(async () => {
    await test?.close();
    server.close();
  });

  const start = (times: Record<string, number>) => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = { accessKeyId: 'a', secretAccessKey: 's' };
    const silent = { id: SILENT, driver: 's3', locations: [SILENT], endpoint, ...keys, ...times };
    const files = { id: 'local', driver: 'file', locations: ['local'], rootPath: test.rootPath, syncWrites: false };
    return test.start({ CLIPFLEET_STORES: JSON.stringify([files, silent]) });
  };
  /** As completed exports whose outputs expired so long ago would have left. */
  const order = (storeId: string, name: string, count: number, ago: string, etag = 'e') =>
    test.ledger.dataSource.query(
      `INSERT INTO output_removal (store_id, bucket, key, etag, due_at)
        SELECT $1, $2, $3 || i, $4, now() - $5::interval FROM generate_series(1, $6) i`,
      [storeId, test.bucket, name, etag, ago, count],
    );
  const countOf = async (condition: string): Promise<number> => {
    const [{ count }] = await test.ledger.dataSource.query<{ count: string }[]>(
      `SELECT count(*) FROM output_removal WHERE ${condition}`,
    );
    return Number(count);
  };

  /** An mp4 of two hours ago, whose range 0 kept its first bytes beside the output. */
  const endedMerge = async (storeId: string): Promise<ExportStatus> => {
    const submission = test.submission({ container: 'mp4' });
    const destination = { ...submission.output.destination, storeId };
    const output = { ...submission.output, destination };
    const { export: record } = await test.exports.createOrFind({ ...submission, output });
    await test.endLongAgo({ ...planOf(1), header: 'merge' });
    return record;
  };
  const messageCountOf = async ({ id }: ExportStatus): Promise<number> =>
    (await test.ledger.dataSource.query('SELECT id FROM outbox WHERE export_id = $1', [id])).length;

  it('keeps what expired in other stores no longer than it takes to notice', async () => {
    const app = await start({ maxAttempts: 1, answerTimeoutMs: 1_000 });
    const at = { bucket: test.bucket, key: 'clips/here1' };
    const { etag } = await test.store.put(at, new Uint8Array(5));
    await order('local', 'clips/here', 1, '1 second', etag);
    await app.get(Sweeper).sweepOnce();
    expect(await test.store.head(at)).toBeUndefined();
    expect(await countOf(`store_id = 'local'`)).toBe(0);
    // those that were tried wait; it was not asked about the others
    const triedCount = await countOf(`attempts = 1 AND due_at > now()`);
    expect(triedCount).toBeGreaterThan(0);
    expect(await countOf(`attempts = 0 AND due_at < now()`)).toBe(ORDER_COUNT - triedCount);
    await app.close();
  });

  it('keeps its work in the ledger until its temporary objects are gone, and no work of other stores', async () => {
    const [here, there] = [await endedMerge('local'), await endedMerge(SILENT)];
    await test.store.put(tempHeadOf(here), new Uint8Array(5));
    const app = await start({ maxAttempts: 1, answerTimeoutMs: 1_000 });
    await app.get(Sweeper).sweepOnce();
    expect(await test.store.head(tempHeadOf(here))).toBeUndefined();
    expect(await messageCountOf(here)).toBe(0);
    expect(await messageCountOf(there)).toBe(1);
    await app.close();
  });

  it('keeps its work also while it only fails, and lets it go when it works again', async () => {
    const record = await endedMerge('local');
    await test.store.put(tempHeadOf(record), new Uint8Array(5));
    const app = await start({ maxAttempts: 1, answerTimeoutMs: 1_000 });
    const [bucket, away] = [test.bucket, 'away'].map((name) => join(test.rootPath, name));
    await rename(bucket, away);
    await app.get(Sweeper).sweepOnce();
    expect(await messageCountOf(record)).toBe(1);
    await rename(away, bucket);
    await app.get(Sweeper).sweepOnce();
    expect(await messageCountOf(record)).toBe(0);
    expect(await test.store.head(tempHeadOf(record))).toBeUndefined();
    await app.close();
  });

  it('keeps neither lost work nor a shutdown waiting', async () => {
    const app = await start({ answerTimeoutMs: 600_000, idleTimeoutMs: 600_000 });
    const { id } = await test.service(app).submit(test.submission());
    await test.untilState(id, 'planning');
    const outboxRow = async (): Promise<{ stream_sequence: string; redrives: number }> =>
      (
        await test.ledger.dataSource.query('SELECT stream_sequence, redrives FROM outbox WHERE export_id = $1', [id])
      )[0];
    const jsm = await jetstreamManager(test.bus.nc);
    await jsm.streams.deleteMessage(WORK_STREAM, Number((await outboxRow()).stream_sequence));
    const longAgo = `now() - interval '1 hour'`;
    await test.ledger.dataSource.query(`UPDATE export SET updated_at = ${longAgo} WHERE id = $1`, [id]);
    await test.ledger.dataSource.query(`UPDATE outbox SET published_at = ${longAgo} WHERE export_id = $1`, [id]);
    const before = connectionCount;
    const sweeping = app.get(Sweeper).sweepOnce();
    const within = { timeoutMs: 30_000 };
    await waitUntil(async () => connectionCount > before, { ...within, what: 'the store to be asked' });
    await waitUntil(async () => (await outboxRow()).redrives === 1, { ...within, what: 'the work to be sent again' });
    await app.close();
    await sweeping;
  }, 60_000);
});
