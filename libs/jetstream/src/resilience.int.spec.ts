import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AttemptFailed,
  EVENT_STREAM,
  eventSubject,
  type TaskRequested,
  WORK_STREAM,
  workSubject,
} from '@clipfleet/contracts';
import { waitUntil } from '@clipfleet/local-stack';
import { deadLetters, natsReconnectsTotal, Readiness } from '@clipfleet/platform';
import { startTestNats } from '@clipfleet/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { ensureTopology } from './topology.js';
import { taskRequested } from './testing/messages.js';
import { Received } from './testing/received.js';
import { messageCount, untilEmpty } from './testing/streams.js';
import { collectLogs, connectTestBus, startTestWorker, type TestWorker } from './testing/worker-process.js';
import type { MessageBus } from './message-bus.js';
import type { WorkContext } from './work-context.js';
import { done } from './work-outcome.js';

/** What comes back sooner was given back. */
const LONG_ACK_WAIT = { ackWaitMs: 120_000 };

describe('the fleet through failures', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let gateway: MessageBus;
  const workers: TestWorker[] = [];

  beforeAll(async () => {
    nats = await startTestNats();
    gateway = await connectTestBus(nats.url, collectLogs().logger);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await waitUntil(
      async () => {
        const jsm = await jetstreamManager(gateway.nc);
        await Promise.all([WORK_STREAM, EVENT_STREAM].map((stream) => jsm.streams.purge(stream)));
        return true;
      },
      { timeoutMs: 30_000, what: 'empty streams' },
    );
  });
  afterAll(async () => {
    await gateway?.close();
    await nats?.stop();
  });

  type Handler = (message: TaskRequested, context: WorkContext) => unknown;
  const start = async (handler: Handler, options: Partial<Parameters<typeof startTestWorker>[0]> = {}) => {
    const worker = await startTestWorker({
      natsUrl: nats.url,
      handlers: { [workSubject.segment]: handler },
      ...options,
    });
    workers.push(worker);
    return worker;
  };
  let published = 0;
  const publish = (message: TaskRequested) =>
    gateway.outbox.publishRaw(workSubject.segment, message, { msgId: `${published++}` });
  const untilDone = () => untilEmpty(gateway, WORK_STREAM);
  const aborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

  it('takes a worker for dead whose connection is closed for good, and not one that ends or waits for NATS', async () => {
    const worker = await start(() => done);
    const readiness = worker.app.get(Readiness);
    await worker.bus.nc.reconnect();
    expect(readiness.fatal()).toEqual({});
    await worker.bus.nc.close();
    expect(readiness.fatal()).toEqual({ nats: 'the connection to NATS is closed for good' });
    await worker.bus.close();
    expect(readiness.fatal()).toEqual({});
  });

  it('two workers share the work, and neither takes more than it has slots', async () => {
    const running = [0, 0];
    const most = [0, 0];
    const seen = new Received<string>();
    const handler = (index: number) => async (message: TaskRequested) => {
      most[index] = Math.max(most[index], ++running[index]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running[index]--;
      seen.push(message.exportId);
      return done;
    };
    await Promise.all([start(handler(0), { slots: 3 }), start(handler(1), { slots: 3 })]);
    const messages = Array.from({ length: 60 }, () => taskRequested());
    await Promise.all(messages.map(publish));
    await untilDone();
    expect(most).toEqual([3, 3]);
    expect(seen.all.toSorted()).toEqual(messages.map((message) => message.exportId).toSorted());
  });

  it('a shutdown waits for running work and takes no more', async () => {
    const started = new Received<string>();
    let finish = () => {};
    const worker = await start(
      async (message) => {
        started.push(message.exportId);
        await new Promise<void>((resolve) => (finish = resolve));
        return done;
      },
      { slots: 1 },
    );
    await publish(taskRequested());
    await started.atLeast(1);
    const closed = worker.close();
    await publish(taskRequested());
    setTimeout(() => finish(), 200);
    await closed;
    expect(started.all).toHaveLength(1);
    expect(await messageCount(gateway, WORK_STREAM)).toBe(1);
  });

  it('a shutdown whose time is up aborts the work, and another worker has it at once', async () => {
    const attempts = new Received<AttemptFailed>();
    const started = new Received<number>();
    const worker = await start(
      async (_message, { signal, deliveryCount }) => {
        started.push(deliveryCount);
        await aborted(signal);
        throw signal.reason;
      },
      { shutdownGraceMs: 50, topology: LONG_ACK_WAIT },
    );
    await publish(taskRequested());
    await started.atLeast(1);
    const taken = new Received<number>();
    await start((_message, { deliveryCount }) => (taken.push(deliveryCount), done), {
      topology: LONG_ACK_WAIT,
      handlers: {
        [workSubject.segment]: (_message: never, { deliveryCount }: WorkContext) => (taken.push(deliveryCount), done),
        [eventSubject.attemptFailed]: (message: AttemptFailed) => attempts.push(message),
      },
    });
    const startMs = Date.now();
    await worker.close();
    expect(await taken.atLeast(1)).toEqual([2]);
    expect(Date.now() - startMs).toBeLessThan(LONG_ACK_WAIT.ackWaitMs / 2);
    await untilDone();
    expect(attempts.all).toEqual([]);
  });

  it('a handler that ignores its signal does not keep the process, and loses its message', async () => {
    const started = new Received<number>();
    const worker = await start(
      (_message, { deliveryCount }) => {
        started.push(deliveryCount);
        return new Promise(() => undefined);
      },
      { shutdownGraceMs: 50, slots: 1 },
    );
    await publish(taskRequested());
    await started.atLeast(1);
    const startMs = Date.now();
    await worker.close();
    expect(Date.now() - startMs).toBeLessThan(30_000);
    const taken = new Received<number>();
    await start((_message, { deliveryCount }) => (taken.push(deliveryCount), done));
    expect(await taken.atLeast(1)).toEqual([2]);
  });

  it.each(['restarted', 'killed'])(
    'a NATS server %s mid work loses nothing: the running work is settled, more is pulled at once',
    async (how) => {
      const started = new Received<string>();
      let finish = () => {};
      const first = taskRequested();
      const worker = await start(async (message, { deliveryCount }) => {
        started.push(message.exportId);
        if (message.exportId === first.exportId && deliveryCount === 1)
          await new Promise<void>((resolve) => (finish = resolve));
        return done;
      });
      await publish(first);
      await started.atLeast(1);
      if (how === 'killed') await nats.kill();
      await nats.restart();
      finish();
      const second = taskRequested();
      const startMs = Date.now();
      await publish(second);
      await untilDone();
      expect(Date.now() - startMs).toBeLessThan(30_000);
      expect(started.all.filter((exportId) => exportId === second.exportId)).toHaveLength(1);
      expect(worker.logs.map((line) => line['msg'])).toContain('connected to NATS again');
    },
  );

  it('a publication waits for a server that is away, unless its signal says no', async () => {
    await nats.stop();
    const message = taskRequested();
    const sent = publish(message);
    const signal = AbortSignal.timeout(300);
    await expect(
      gateway.outbox.publishRaw(workSubject.segment, taskRequested(), { msgId: 'never', signal }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    await nats.restart();
    expect((await sent).duplicate).toBe(false);
  });

  it('a shutdown while the server is away ends in bounded time', async () => {
    const started = new Received<number>();
    const worker = await start(
      async (_message, { signal }) => {
        started.push(1);
        await aborted(signal);
        return done;
      },
      { shutdownGraceMs: 50 },
    );
    await publish(taskRequested());
    await started.atLeast(1);
    await nats.stop();
    const startMs = Date.now();
    await worker.close();
    expect(Date.now() - startMs).toBeLessThan(60_000);
    await nats.restart();
  });

  it('a consumer that was deleted is made again, and its messages are had', async () => {
    const seen = new Received<string>();
    await start((message) => (seen.push(message.exportId), done));
    const jsm = await jetstreamManager(gateway.nc);
    // 2.9 may be writing the consumer's state just then: it is gone all the same, its folder is not
    await jsm.consumers.delete(WORK_STREAM, 'segment').catch((error: unknown) => {
      expect(String(error)).toContain('directory not empty');
    });
    const message = taskRequested();
    await publish(message);
    expect(await seen.atLeast(1)).toEqual([message.exportId]);
    await untilDone();
  });

  it('a message delivered too often is rejected by name instead of run', async () => {
    const jsm = await jetstreamManager(gateway.nc);
    await publish(taskRequested());
    // 29 deliveries to processes that die without a word
    const deliveries = gateway.nc.subscribe('test.poison', { max: 29 });
    const pull = () =>
      gateway.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${WORK_STREAM}.segment`, '1', { reply: 'test.poison' });
    pull();
    let count = 0;
    for await (const delivery of deliveries) {
      delivery.respond('-NAK');
      if (++count < 29) pull(); // and no pull without a listener (see PULL_EXPIRES_MS)
    }
    const before = await givenUp();
    const ran = new Received<number>();
    const attempts = new Received<AttemptFailed>();
    await start(() => done, {
      handlers: {
        [workSubject.segment]: (_message: never, { deliveryCount }: WorkContext) => (ran.push(deliveryCount), done),
        [eventSubject.attemptFailed]: (message: AttemptFailed) => attempts.push(message),
      },
    });
    await attempts.atLeast(1);
    await untilDone();
    expect(ran.all).toEqual([]);
    expect(attempts.all).toMatchObject([
      { code: 'internal', retryable: false, message: expect.stringContaining('delivered too often') },
    ]);
    expect(await givenUp()).toBe(before + 1);
    expect((await jsm.consumers.info(WORK_STREAM, 'segment')).num_ack_pending).toBe(0);
  });

  it('a message past the server’s own limit is reported and leaves the queue empty', async () => {
    const attempts = new Received<AttemptFailed>();
    // hears the advisory and the report; nobody takes segments
    await start(() => done, {
      handlers: { [eventSubject.attemptFailed]: (message: AttemptFailed) => attempts.push(message) },
    });
    const jsm = await jetstreamManager(gateway.nc);
    await jsm.consumers.update(WORK_STREAM, 'segment', { max_deliver: 1, ack_wait: nanos(100) });
    const message = taskRequested();
    await publish(message);
    // taken and never settled; the second pull makes the server find that it may not deliver it again
    const ignored = gateway.nc.subscribe('test.ignored');
    const request = JSON.stringify({ batch: 2, expires: nanos(5_000) });
    gateway.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${WORK_STREAM}.segment`, request, { reply: 'test.ignored' });
    expect(await attempts.atLeast(1)).toMatchObject([
      { exportId: message.exportId, code: 'internal', retryable: false },
    ]);
    await untilDone();
    ignored.unsubscribe();
    await ensureTopology(gateway.nc, gateway.topology);
  });

  it('all apps may make the topology at the same instant, again, and with other settings', async () => {
    const empty = await startTestNats();
    const logger = collectLogs().logger;
    const buses = await Promise.all(
      Array.from({ length: 5 }, (_, i) => connectTestBus(empty.url, logger, { ackWaitMs: 1_000 + (i % 2) })),
    );
    const jsm = await jetstreamManager(buses[0].nc);
    const names: string[] = [];
    for await (const stream of jsm.streams.list()) names.push(stream.config.name);
    expect(names.toSorted()).toEqual(['CLIPFLEET_EVENT', 'CLIPFLEET_WORK', 'KV_clipfleet_ended']);
    await ensureTopology(buses[0].nc, { ackWaitMs: 7_000 });
    const consumers: unknown[] = [];
    for await (const consumer of jsm.consumers.list(WORK_STREAM)) {
      consumers.push([consumer.name, consumer.config.filter_subject, consumer.config.ack_wait]);
    }
    expect(consumers.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(
      ['assemble', 'cleanup', 'plan', 'segment', 'thumb', 'transcode'].map((n) => [
        n,
        `clipfleet.work.${n}`,
        nanos(7_000),
      ]),
    );
    await Promise.all(buses.map((bus) => bus.close()));
    await empty.stop();
  });

  it.each([
    ['a subject without a handler', { [workSubject.segment]: 1, [workSubject.thumb]: 1 }, /thumb has no handler/],
    ['a handler nobody calls', {}, /waits for clipfleet\.work\.segment, which is not consumed/],
    ['an unknown subject', { [workSubject.segment]: 1, 'clipfleet.work.sing': 1 }, /not a subject of the fleet/],
    ['no slots', { [workSubject.segment]: 0 }, /has 0 slots/],
  ])('start-up refuses %s', async (_name, consumes, problem) => {
    await expect(start(() => done, { consumes })).rejects.toThrow(problem);
  });

  it('is not ready while the server is away, and counts that it came back', async () => {
    const worker = await start(() => done);
    const reconnects = async (): Promise<number> => (await natsReconnectsTotal.get()).values[0].value;
    const before = await reconnects();
    expect(() => worker.bus.assertConnected()).not.toThrow();
    await nats.stop();
    await waitUntil(() => throws(() => worker.bus.assertConnected()), {
      timeoutMs: 30_000,
      what: 'the loss to be seen',
    });
    await nats.restart();
    await waitUntil(() => !throws(() => worker.bus.assertConnected()), { timeoutMs: 30_000, what: 'the reconnect' });
    // the gateway's connection is one of this process too
    await waitUntil(async () => (await reconnects()) === before + 2, { timeoutMs: 30_000, what: 'two reconnects' });
  });
});

const throws = (fn: () => void): boolean => {
  try {
    fn();
    return false;
  } catch {
    return true;
  }
};

/** Told apart from what a handler rejects: somebody has to look at a message that ends processes. */
const givenUp = async (): Promise<number> => {
  const { values } = await deadLetters.get();
  return values.find(({ labels }) => labels.kind === 'segment' && labels.reason === 'max-deliveries')?.value ?? 0;
};
