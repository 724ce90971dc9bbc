import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { S3Access } from '@clipfleet/local-stack';
import { describeRealS3 } from '@clipfleet/testing';
import { attemptHeadKey } from '@clipfleet/contracts';
import { type GatewayTest, openGatewayTest, planOf } from '../gateway.fixture.js';
import { tempHeadOf } from '../uploads/temp-head.js';
import { Sweeper } from './sweeper.js';

const isVolume = process.env['CLIPFLEET_VOLUME_EXPORTS'] !== undefined;
/** By `npm run test:volume`: so many that a rate can be told. On files more than a batch. */
const countOn = (driver: 's3' | 'file'): number => (isVolume ? 1_000 : { s3: 20, file: 250 }[driver]);
const LONG_AGO = `now() - interval '2 hours'`;

const clearing = (s3?: S3Access) => {
  let test: GatewayTest;
  const count = countOn(s3 ? 's3' : 'file');
  const limit = pLimit(16);
  beforeAll(async () => {
    test = await openGatewayTest(s3);
  });
  afterAll(() => test?.close());

  const sweep = async (what: string): Promise<void> => {
    const app = await test.start();
    const beginMs = performance.now();
    await app.get(Sweeper).sweepOnce();
    const seconds = (performance.now() - beginMs) / 1000;
    if (isVolume)
      process.stderr.write(`${what}: ${count} in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second\n`);
    await app.close();
  };
  const put = (keys: readonly string[]): Promise<string[]> =>
    limit.map(keys, async (key) => (await test.store.put({ bucket: test.bucket, key }, new Uint8Array(9))).etag);

  it(`removes ${count} expired outputs in one round`, async () => {
    const keys = Array.from({ length: count }, (_, index) => `expired/${index}.mp4`);
    const etags = await put(keys);
    await test.ledger.dataSource.query(
      `INSERT INTO output_removal (store_id, bucket, key, etag, due_at)
        SELECT 'local', $1, key, etag, ${LONG_AGO} FROM unnest($2::text[], $3::text[]) AS output(key, etag)`,
      [test.bucket, keys, etags],
    );
    await sweep('expired outputs');
    expect(await test.keys()).toEqual([]);
  }, 600_000);

  it(`forgets the work of ${count} encodes of long ago, and leaves nothing of theirs`, async () => {
    const records = await limit.map(Array.from({ length: count }), async () => {
      const { tenantId, ...input } = test.submission({ container: 'mp4' });
      return (await test.exports.createOrFind({ tenantId, ...input })).export;
    });
    // a worker that was lost has left one now and then
    const lost = records.filter((_, index) => index % 10 === 0);
    await put(lost.map((record, index) => attemptHeadKey(tempHeadOf(record).key, index + 1)));
    await test.endLongAgo({ ...planOf(2), strategy: 'encode-ranges', header: 'merge' });
    await sweep('work of encodes');
    expect(await test.keys()).toEqual([]);
    expect(await test.ledger.dataSource.query('SELECT id FROM outbox')).toEqual([]);
  }, 600_000);
};

describe('clearing, on files', () => clearing());
describeRealS3('clearing', (access) => clearing(access));
