import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AttemptFailed,
  ClipfleetError,
  EVENT_STREAM,
  eventSubject,
  returnableHeaders,
  type TaskRequested,
  WORK_STREAM,
  type WorkReturned,
  workSubject,
} from '@clipfleet/contracts';
import { taskRedeliveriesTotal } from '@clipfleet/platform';
import { startTestNats } from '@clipfleet/testing';
import { readConsumerLoad } from './consumer-load.js';
import type { MessageBus } from './message-bus.js';
import { taskRequested } from './testing/messages.js';
import { Received } from './testing/received.js';
import { untilEmpty } from './testing/streams.js';
import { collectLogs, connectTestBus, startTestWorker, type TestWorker } from './testing/worker-process.js';
import type { WorkContext } from './work-context.js';
import { done, retry, snooze } from './work-outcome.js';

const LATER_MS = 3_600_000;
const hungUp = new ClipfleetError('download-failed', 'the store hung up');

describe('a message of the ledger’s', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let gateway: MessageBus;
  let returned: Received<WorkReturned>;
  let attempts: Received<AttemptFailed>;
  let ledger: TestWorker;
  const workers: TestWorker[] = [];

  beforeAll(async () => {
    nats = await startTestNats();
    gateway = await connectTestBus(nats.url, collectLogs().logger);
    ledger = await startTestWorker({
      natsUrl: nats.url,
      handlers: {
        [eventSubject.workReturned]: (message: WorkReturned) => returned.push(message),
        [eventSubject.attemptFailed]: (message: AttemptFailed) => attempts.push(message),
      },
    });
    returned = new Received();
    attempts = new Received();
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await Promise.all([WORK_STREAM, EVENT_STREAM].map((stream) => untilEmpty(gateway, stream)));
    returned = new Received();
    attempts = new Received();
  });
  afterAll(async () => {
    await ledger?.close();
    await gateway?.close();
    await nats?.stop();
  });

  type Handler = (message: TaskRequested, context: WorkContext) => unknown;
  const start = async (handler: Handler, options: Partial<Parameters<typeof startTestWorker>[0]> = {}) => {
    const worker = await startTestWorker({
      ...{ natsUrl: nats.url, handlers: { [workSubject.segment]: handler } },
      ...options,
    });
    workers.push(worker);
    return worker;
  };
  const publish = async (message: TaskRequested, deliveries = 0, returns = 0): Promise<string> => {
    const msgId = `${message.exportId}:${message.generation}:${message.taskIndex}:t${returns}`;
    const headers = {
      [returnableHeaders.deliveries]: String(deliveries),
      [returnableHeaders.returns]: String(returns),
    };
    await gateway.outbox.publishRaw(workSubject.segment, message, { msgId, headers });
    return msgId;
  };
  const aborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const expectReturned = async (message: TaskRequested, messageId: string, delayMs: number, deliveryCount = 1) => {
    const { exportId, generation } = message;
    expect(await returned.atLeast(1)).toEqual([
      { kind: 'work.returned', version: 1, exportId, generation, messageId, deliveryCount, delayMs },
    ]);
    await untilEmpty(gateway, WORK_STREAM);
  };

  it.each([40, 100])('looks like no work while it waits: %i that were snoozed leave every slot idle', async (count) => {
    const slots = 8;
    await start(() => snooze(LATER_MS), { slots });
    await Promise.all(Array.from({ length: count }, () => publish(taskRequested())));
    expect(await returned.atLeast(count)).toHaveLength(count);
    await untilEmpty(gateway, WORK_STREAM);
    const { ackPendingCount, pendingCount } = await readConsumerLoad(gateway.nc, 'segment');
    expect({ ackPendingCount, pendingCount }).toEqual({ ackPendingCount: 0, pendingCount: 0 });
  });

  it('goes back when an attempt has failed, after the attempt was told', async () => {
    await start(() => retry(hungUp, LATER_MS));
    const message = taskRequested();
    await expectReturned(message, await publish(message), LATER_MS);
    expect(await attempts.atLeast(1)).toMatchObject([{ exportId: message.exportId, deliveryCount: 1 }]);
  });

  it('goes back at once from a process that ends, and is no attempt', async () => {
    const started = new Received<number>();
    const worker = await start(
      async (_message, { signal }) => {
        started.push(1);
        await aborted(signal);
        throw signal.reason;
      },
      { shutdownGraceMs: 50 },
    );
    const message = taskRequested();
    const messageId = await publish(message);
    await started.atLeast(1);
    await worker.close();
    await expectReturned(message, messageId, 0);
    expect(attempts.all).toEqual([]);
  });

  it('counts the deliveries of those before it, and none of them as a redelivery', async () => {
    const before = (await taskRedeliveriesTotal.get()).values;
    const counts = new Received<number>();
    await start((_message, { deliveryCount }) => (counts.push(deliveryCount), snooze(LATER_MS)));
    const message = taskRequested();
    // as often as a recording of some hours is looked at
    await expectReturned(message, await publish(message, 5_000, 5_000), LATER_MS, 5_001);
    expect(counts.all).toEqual([5_001]);
    expect((await taskRedeliveriesTotal.get()).values).toEqual(before);
  });

  it('is given up by the processes that died of it, and by nothing else', async () => {
    const ran = new Received<number>();
    await start((_message, { deliveryCount }) => (ran.push(deliveryCount), done), { maxDeaths: 3 });
    await publish(taskRequested(), 12, 10);
    await publish(taskRequested(), 12, 9);
    expect(await attempts.atLeast(1)).toMatchObject([
      { deliveryCount: 13, code: 'internal', retryable: false, message: expect.stringContaining('too often') },
    ]);
    await untilEmpty(gateway, WORK_STREAM);
    expect(ran.all).toEqual([13]);
  });
});
