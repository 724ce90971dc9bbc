import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { workSubject } from '@clipfleet/contracts';
import { waitUntil } from '@clipfleet/local-stack';
import { startTestNats } from '@clipfleet/testing';
import { IdleSlots } from './idle-slots.js';
import type { MessageBus } from './message-bus.js';
import { taskRequested } from './testing/messages.js';
import { Received } from './testing/received.js';
import { collectLogs, connectTestBus, startTestWorker, type TestWorker } from './testing/worker-process.js';
import { done } from './work-outcome.js';

const ASSUMED_SLOTS = 5;
const SLOTS_PER_WORKER = 2;

describe('the idle slots of a fleet', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let bus: MessageBus;
  let workers: TestWorker[] = [];
  let begun: Received<unknown>;
  let release: () => void;

  beforeAll(async () => {
    nats = await startTestNats();
    bus = await connectTestBus(nats.url, collectLogs().logger);
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    workers = [];
  });
  afterAll(async () => {
    await bus?.close();
    await nats?.stop();
  });

  const startWorkers = async (count: number): Promise<void> => {
    begun = new Received();
    const released = new Promise<void>((resolve) => (release = resolve));
    const handle = async (message: unknown) => {
      begun.push(message);
      await released;
      return done;
    };
    const handlers = { [workSubject.segment]: handle };
    const started = Array.from({ length: count }, () =>
      startTestWorker({ natsUrl: nats.url, handlers, slots: SLOTS_PER_WORKER }),
    );
    workers = await Promise.all(started);
  };
  /** Without memory of what was read before. */
  const readNow = () => new IdleSlots(bus.nc, bus.logger, { assumedSlots: ASSUMED_SLOTS }).read('segment');
  const untilIdle = (count: number) =>
    waitUntil(async () => (await readNow()) === count, { timeoutMs: 30_000, what: `${count} idle slots` });
  const publish = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        bus.outbox.publishRaw(workSubject.segment, taskRequested(), { msgId: `${Math.random()}` }),
      ),
    );

  it('are those assumed while no worker is up, less what waits for them', async () => {
    await untilIdle(ASSUMED_SLOTS);
    await publish(2);
    expect(await readNow()).toBe(ASSUMED_SLOTS - 2);
    await startWorkers(1);
    release();
    await begun.atLeast(2);
    await untilIdle(SLOTS_PER_WORKER);
  });

  it.each([1, 3])(
    'are those of %d workers, fewer while they work, and those assumed when they are gone',
    async (count) => {
      await startWorkers(count);
      const slots = count * SLOTS_PER_WORKER;
      await untilIdle(slots);
      await publish(slots - 1);
      await begun.atLeast(slots - 1);
      await untilIdle(1);
      await publish(2);
      await begun.atLeast(slots);
      expect(await readNow()).toBe(0);
      release();
      await untilIdle(slots);
      await Promise.all(workers.map((worker) => worker.close()));
      await untilIdle(ASSUMED_SLOTS);
    },
  );

  it('are not told twice: what a plan was given is not there for the next, until the server knows', async () => {
    let nowMs = 0;
    const idle = new IdleSlots(bus.nc, bus.logger, { assumedSlots: ASSUMED_SLOTS, now: () => nowMs });
    await untilIdle(ASSUMED_SLOTS);
    expect(await idle.read('segment')).toBe(ASSUMED_SLOTS);
    idle.claim('segment', 3);
    idle.claim('transcode', 1);
    expect(await idle.read('segment')).toBe(ASSUMED_SLOTS - 3);
    idle.claim('segment', 3);
    expect(await idle.read('segment')).toBe(0);
    nowMs += 400;
    expect(await idle.read('segment')).toBe(0);
    nowMs += 400;
    expect(await idle.read('segment')).toBe(ASSUMED_SLOTS);
  });

  it('are none when the server does not tell', async () => {
    const other = await connectTestBus(nats.url, collectLogs().logger);
    await other.close();
    const idle = new IdleSlots(other.nc, other.logger, { assumedSlots: ASSUMED_SLOTS });
    expect(await idle.read('segment')).toBe(0);
  });
});
