import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@clipfleet/local-stack';
import { type GatewayTest, MIB, openGatewayTest, planOf } from '../gateway.fixture.js';

describe('OutboxRelay', () => {
  let test: GatewayTest;
  beforeAll(async () => {
    test = await openGatewayTest();
  });
  afterAll(() => test.close());

  it('publishes what a gateway left that died between commit and publication', async () => {
    const { export: record } = await test.exports.createOrFind(test.submission());
    await test.start();
    expect((await test.take('plan', 1)).map(({ json }) => json.exportId)).toEqual([record.id]);
    await test.untilState(record.id, 'planning');
  });

  it('makes one message of one that was published by a gateway that died before it could say so', async () => {
    const { export: record } = await test.exports.createOrFind(test.submission());
    await waitUntil(async () => (await test.outbox.backlog()).count === 0, {
      timeoutMs: 30_000,
      what: 'an empty outbox',
    });
    await test.ledger.dataSource.query('UPDATE outbox SET published_at = NULL WHERE export_id = $1', [record.id]);
    await waitUntil(async () => (await test.outbox.backlog()).count === 0, {
      timeoutMs: 30_000,
      what: 'an empty outbox',
    });
    expect(await test.take('plan', 2, 1_500)).toHaveLength(1);
  });

  it('keeps messages while NATS is away, and accepts new ones', async () => {
    const service = test.service(await test.start());
    await test.nats.stop();
    const view = await service.submit(test.submission());
    expect(view.state).toBe('queued');
    await test.nats.restart();
    await test.untilState(view.id, 'planning');
    expect((await test.take('plan', 1, 10_000)).map(({ json }) => json.exportId)).toEqual([view.id]);
  });

  it('fails an export whose message no stream takes, and relays those behind it', async () => {
    const service = test.service(await test.start());
    const { id } = await service.submit(test.submission());
    await test.plan(id, planOf(1));
    await test.untilState(id, 'running');
    // larger than the server's limit, also compressed
    const noise = randomBytes(9 * MIB).toString('base64');
    await test.ledger.dataSource.query(
      `UPDATE task SET payload = jsonb_set(payload, '{noise}', to_jsonb($2::text)) WHERE export_id = $1`,
      [id, noise],
    );
    await test.ledger.dataSource.query(`UPDATE outbox SET published_at = NULL WHERE export_id = $1`, [id]);
    const { id: next } = await service.submit(test.submission());
    await test.untilState(id, 'failed');
    await test.untilState(next, 'planning');
    expect((await test.exports.find(id))?.errorMessage).toContain('max_payload');
  });
});
