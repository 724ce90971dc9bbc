import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ExportResource } from '@clipfleet/contracts';
import { type S3Access, waitUntil } from '@clipfleet/local-stack';
import { describeRealS3 } from '@clipfleet/testing';
import type { Output } from '@clipfleet/timeline';
import { type GatewayTest, openGatewayTest, partOf, planOf, playlistPlanIn, sheetReport } from '../gateway.fixture.js';
import { Sweeper } from '../sweep/sweeper.js';

const HOUR_MS = 3_600_000;
const STORYBOARD = { container: 'storyboard', storyboard: { columns: 2, tileWidth: 160 } } as const;

const expiry = (s3?: S3Access) => {
  let test: GatewayTest;
  let app: NestFastifyApplication;
  beforeAll(async () => {
    test = await openGatewayTest(s3);
    app = await test.start();
  });
  afterAll(() => test.close());

  const sweep = () => app.get(Sweeper).sweepOnce();
  const submission = (output: Partial<Output>) => test.submission({ expiresInMs: HOUR_MS, ...output });
  const work = async (id: string, { container }: Output): Promise<void> => {
    if (container.startsWith('playlist')) await test.plan(id, playlistPlanIn(test.bucket));
    else {
      await test.plan(id, planOf(1));
      await test.untilState(id, 'running');
      await test.complete(id, 0, partOf(1, 10), container === 'storyboard' ? { storyboard: sheetReport } : {});
    }
    await test.untilState(id, 'completed');
  };
  const make = async (output: Partial<Output> = {}) => {
    const input = submission(output);
    const { id } = await test.service(app).submit(input);
    await work(id, input.output);
    return { id, input, at: input.output.destination };
  };
  /** For the ledger; what is remembered of the export is dropped, as its time has not passed for gateways. */
  const pass = async (id: string, ms: number): Promise<void> => {
    const by = `- ${ms} * interval '1 millisecond'`;
    const { dataSource } = test.ledger;
    await dataSource.query(
      `UPDATE export SET ended_at = ended_at ${by}, valid_until = valid_until ${by}, expires_at = expires_at ${by} WHERE id = $1`,
      [id],
    );
    await dataSource.query(`UPDATE output_removal SET due_at = due_at ${by}`);
    await app.close();
    app = await test.start();
  };
  const keysOf = async (name: string): Promise<string[]> => (await test.keys()).filter((key) => key.startsWith(name));
  const nameOf = (key: string): string => key.slice(0, key.lastIndexOf('.') + 1);
  const ordersOf = async ({ key }: { key: string }): Promise<unknown[]> =>
    test.ledger.dataSource.query('SELECT key FROM output_removal WHERE key = $1', [key]);
  const get = async (id: string, etag = '"none"') => {
    const headers = { authorization: 'Bearer t', 'if-none-match': etag };
    return app.inject({ method: 'GET', url: `/v1/exports/${id}`, headers });
  };

  it.each([
    ['a clip', {}, 1],
    ['a playlist-json with its playlist', { container: 'playlist-json' }, 2],
    ['a storyboard with its track', STORYBOARD, 2],
  ] as const)(
    'removes %s when it has expired, and makes it anew when it is asked for again',
    async (_what, output, count) => {
      const { id, input, at } = await make(output);
      await sweep();
      expect(await keysOf(nameOf(at.key))).toHaveLength(count);
      await pass(id, HOUR_MS);
      await sweep();
      expect(await keysOf(nameOf(at.key))).toEqual([]);
      expect(await ordersOf(at)).toEqual([]);
      const again = await test.service(app).submit(input);
      expect(again.id).not.toBe(id);
      await work(again.id, input.output);
      expect(await keysOf(nameOf(at.key))).toHaveLength(count);
    },
  );

  it('tells when, and gives no address of what has expired', async () => {
    const { id } = await make();
    const before = await get(id);
    const resource = before.json<ExportResource>();
    expect(resource).toMatchObject({ state: 'completed', expiresAtMs: resource.completedAtMs! + HOUR_MS });
    expect(resource.files).toHaveLength(1);
    await pass(id, HOUR_MS);
    const after = await get(id, String(before.headers['etag']));
    expect(after.json()).toMatchObject({ state: 'completed', expiresAtMs: resource.expiresAtMs! - HOUR_MS });
    expect(after.json()).not.toHaveProperty('url');
    expect(after.json()).not.toHaveProperty('files');
    expect((await get(id, String(after.headers['etag']))).statusCode).toBe(304);
  });

  it('is told from memory alone, too', async () => {
    const { id, input } = await make({ expiresInMs: 2_000 });
    await waitUntil(async () => (await test.service(app).submit(input)).id !== id, {
      timeoutMs: 30_000,
      what: 'the export to answer no more',
    });
    expect((await get(id)).json()).not.toHaveProperty('url');
  });

  it('leaves an object that somebody else wrote there', async () => {
    const { id, at } = await make();
    await test.store.put(at, new Uint8Array(7));
    await pass(id, HOUR_MS);
    await sweep();
    expect((await test.store.head(at))?.sizeBytes).toBe(7);
    expect(await ordersOf(at)).toEqual([]);
  });

  it('leaves the same bytes that a later export wrote there to stay', async () => {
    const { id, at } = await make();
    const later = test.submission({ destination: at });
    const { id: laterId } = await test.service(app).submit(later);
    await work(laterId, later.output);
    await pass(id, HOUR_MS);
    await sweep();
    expect((await test.store.head(at))?.sizeBytes).toBe(10);
  });

  it('does not keep a request waiting that must not replace what is there', async () => {
    const { id, input, at } = await make({ overwrite: false });
    expect((await test.service(app).submit(test.submission(input.output))).state).toBe('completed');
    await pass(id, HOUR_MS);
    const again = await test.service(app).submit(input);
    expect(await test.store.head(at)).toBeUndefined();
    await work(again.id, input.output);
    expect(await test.store.head(at)).toBeDefined();
  });

  if (s3) return;
  it('is done once the store can be reached again', async () => {
    const { id, at } = await make();
    await pass(id, HOUR_MS);
    const bucket = join(test.rootPath, test.bucket);
    await rename(bucket, `${bucket}-away`);
    await sweep();
    await rename(`${bucket}-away`, bucket);
    expect(await ordersOf(at)).toEqual([{ key: at.key }]);
    await test.ledger.dataSource.query('UPDATE output_removal SET due_at = now()');
    await sweep();
    expect(await test.store.head(at)).toBeUndefined();
    expect(await ordersOf(at)).toEqual([]);
  });

  it('is by the configuration where the request does not say', async () => {
    const other = await test.start({ CLIPFLEET_OUTPUT_EXPIRES_MS: '60000' });
    const { expiresInMs: _asked, ...output } = submission({}).output;
    const { id } = await test.service(other).submit({ ...submission({}), output });
    await work(id, output);
    const { endedAtMs, expiresAtMs } = (await test.exports.find(id))!;
    expect(expiresAtMs! - endedAtMs!).toBe(60_000);
    await expect(test.start({ CLIPFLEET_OUTPUT_EXPIRES_MS: '59999' })).rejects.toThrow(
      'CLIPFLEET_OUTPUT_EXPIRES_MS is neither 0 nor 60000 or more',
    );
  });
};

describe('the expiry of outputs, on files', () => expiry());
describeRealS3('the expiry of outputs', (access) => expiry(access));
