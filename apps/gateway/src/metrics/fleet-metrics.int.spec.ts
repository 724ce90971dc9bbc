import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workSubject } from '@clipfleet/contracts';
import { messageTable } from '@clipfleet/jetstream';
import { findFreePorts, waitUntil } from '@clipfleet/local-stack';
import { type GatewayTest, openGatewayTest, planOf } from '../gateway.fixture.js';
import { BacklogGauge } from './backlog-gauge.js';
import { LedgerGauges } from './ledger-gauges.js';
import { LedgerServerGauges } from './ledger-server-gauges.js';
import { NatsGauges } from './nats-gauges.js';
import { QueueDepth } from './queue-depth.js';

describe('what a gateway tells of the fleet, on /metrics', () => {
  let test: GatewayTest;
  let app: Awaited<ReturnType<GatewayTest['start']>>;
  let metricsUrl: string;

  beforeAll(async () => {
    test = await openGatewayTest();
    const port = await findFreePorts(1);
    metricsUrl = `http://127.0.0.1:${port}/metrics`;
    app = await test.start({ CLIPFLEET_OPS_PORT: String(port) });
  });
  afterAll(() => test.close());

  /** The value of a series, or undefined. */
  const valueOf = async (series: string): Promise<number | undefined> => {
    const text = await (await fetch(metricsUrl)).text();
    const line = text.split('\n').find((each) => each.startsWith(`clipfleet_${series} `));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  const submit = async () => (await test.exports.createOrFind(test.submission())).export;

  it('counts plans that were taken up by strategy, and why they are not the fast one, once however often told', async () => {
    const plan = { ...planOf(1), fallbacks: ['no-store-copy' as const] };
    const record = await submit();
    await Promise.all([test.plan(record.id, plan), test.plan(record.id, { ...plan, warnings: [] })]);
    await test.untilState(record.id, 'running');
    await test.plan((await submit()).id, planOf(1));
    await waitUntil(async () => (await valueOf('plans_total{strategy="ts-parts"}')) === 2, {
      timeoutMs: 30_000,
      what: 'two plans',
    });
    expect(await valueOf('fallbacks_total{reason="no-store-copy"}')).toBe(1);
    expect(await valueOf('fallbacks_total{reason="equal-parts"}')).toBe(0);
  });

  it('tells how old the oldest message is that nobody has taken, and 0 of an empty queue', async () => {
    await waitUntil(async () => (await test.waiting('segment')) === 2, { timeoutMs: 30_000, what: 'two tasks' });
    const consumer = await test.bus.js.consumers.get('CLIPFLEET_WORK', 'segment');
    const first = await consumer.next({ expires: 5_000 });
    const storedAtMs = Date.now();
    await waitUntil(
      async () => {
        await app.get(QueueDepth).read();
        return ((await valueOf('queue_oldest_age_seconds{kind="segment"}')) ?? 0) >= 1;
      },
      { timeoutMs: 30_000, what: 'the second task to be a second old' },
    );
    const age = await valueOf('queue_oldest_age_seconds{kind="segment"}');
    expect(age).toBeLessThan((Date.now() - storedAtMs) / 1000 + 10);
    expect(await valueOf('queue_oldest_age_seconds{kind="transcode"}')).toBe(0);
    const second = await consumer.next({ expires: 5_000 });
    await Promise.all([first?.ackAck(), second?.ackAck()]);
    await app.get(QueueDepth).read();
    expect(await valueOf('queue_oldest_age_seconds{kind="segment"}')).toBe(0);
    expect(first?.subject).toBe(workSubject.segment);
  });

  it('tells the work that is left in seconds of one slot, at the speed of the tasks that were done', async () => {
    const record = await submit();
    await test.plan(record.id, planOf(10));
    await test.untilState(record.id, 'running');
    await app.get(BacklogGauge).read();
    // 12 tasks of 1000 bytes, those of the plans before included, at an assumed 100 MB/s
    expect(await valueOf('backlog_work_seconds{kind="segment"}')).toBeCloseTo(0.00012);
    expect(await valueOf('backlog_work_seconds{kind="transcode"}')).toBe(0);
    // nobody takes any: some are let into the queue, the others wait in the ledger
    await waitUntil(async () => ((await valueOf('dispatched_total{kind="segment"}')) ?? 0) > 0, {
      timeoutMs: 30_000,
      what: 'tasks to be let into their queue',
    });
    await app.get(BacklogGauge).read();
    expect(await valueOf('held_work{kind="segment"}')).toBeGreaterThan(0);
    expect(await valueOf('held_oldest_age_seconds{kind="segment"}')).toBeGreaterThan(0);
    expect(await valueOf('held_oldest_age_seconds{kind="thumb"}')).toBe(0);
    await test.complete(record.id, 0, new Uint8Array(10), {
      effort: { taskKind: 'ts-parts', workBytes: 1000, durationMs: 500 },
    });
    await waitUntil(async () => (await test.exports.find(record.id))?.tasksDone === 1, {
      timeoutMs: 30_000,
      what: 'the task to be counted',
    });
    await waitUntil(
      async () => {
        await app.get(BacklogGauge).read();
        return Math.abs((await valueOf('backlog_work_seconds{kind="segment"}'))! - 11 * 0.5) < 0.001;
      },
      { timeoutMs: 30_000, what: 'eleven tasks of half a second' },
    );
  });

  it('tells how many exports have not ended, whether one stands still, and what the relay has not published', async () => {
    await app.get(LedgerGauges).read();
    const runningBefore = (await valueOf('exports_unfinished{state="running"}')) ?? NaN;
    const record = await submit();
    await test.plan(record.id, planOf(1));
    await test.untilState(record.id, 'running');
    await app.get(LedgerGauges).read();
    expect(await valueOf('exports_unfinished{state="running"}')).toBe(runningBefore + 1);
    expect(await valueOf('exports_unfinished{state="assembling"}')).toBe(0);
    expect(await valueOf('export_idle_seconds')).toBeGreaterThan(0);
    await waitUntil(
      async () => {
        await app.get(LedgerGauges).read();
        return (await valueOf('outbox_pending')) === 0;
      },
      { timeoutMs: 30_000, what: 'the outbox to be published' },
    );
    expect(await valueOf('redrives_total')).toBe(0);
  });

  it('tells what of the storage of JetStream is taken, by streams and consumers that are there, and how far NATS is', async () => {
    await app.get(NatsGauges).read();
    const before = (await valueOf('jetstream_storage_bytes')) ?? NaN;
    expect(before).toBeGreaterThan(0);
    expect(await valueOf('jetstream_storage_limit_bytes')).toBe(8 * 1024 ** 3);
    expect(await valueOf('jetstream_assets{sort="streams"}')).toBe(3);
    expect(await valueOf('jetstream_assets{sort="consumers"}')).toBeGreaterThanOrEqual(messageTable.length);
    expect(await valueOf('nats_round_trip_seconds')).toBeGreaterThan(0);
    // nobody takes it, and nothing makes it smaller than half
    const kind = randomBytes(100_000).toString('hex');
    await test.bus.outbox.publishRaw(workSubject.transcode, { kind }, { msgId: 'much' });
    await app.get(NatsGauges).read();
    expect((await valueOf('jetstream_storage_bytes'))! - before).toBeGreaterThan(90_000);
  });

  it('tells how many connections the ledger has and may have, and that it has no standby', async () => {
    await app.get(LedgerServerGauges).read();
    expect(await valueOf('ledger_connections')).toBeGreaterThan(1);
    expect(await valueOf('ledger_connections_limit')).toBe(197);
    expect(await valueOf('ledger_standbys')).toBe(0);
    expect(await valueOf('ledger_standby_lag_bytes')).toBeUndefined();
  });
});
