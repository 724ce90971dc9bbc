import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AssembleRequested,
  type AttemptFailed,
  endedKeySubject,
  eventSubject,
  type TaskRequested,
  WORK_STREAM,
  workSubject,
} from '@clipfleet/contracts';
import { waitUntil } from '@clipfleet/local-stack';
import { startTestNats } from '@clipfleet/testing';
import { exportEnded, taskRequested } from './testing/messages.js';
import { Received } from './testing/received.js';
import { untilEmpty } from './testing/streams.js';
import { collectLogs, connectTestBus, startTestWorker, type TestWorker } from './testing/worker-process.js';
import type { MessageBus } from './message-bus.js';
import { WorkAborted } from './work-abort.js';
import type { WorkContext } from './work-context.js';
import { done } from './work-outcome.js';

describe('work of an export that has ended', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let gateway: MessageBus;
  let worker: TestWorker | undefined;
  let handled: Received<TaskRequested | AssembleRequested>;
  let attempts: Received<AttemptFailed>;
  let behave: (message: TaskRequested, context: WorkContext) => unknown;

  beforeAll(async () => {
    nats = await startTestNats();
    gateway = await connectTestBus(nats.url, collectLogs().logger);
    handled = new Received();
    attempts = new Received();
    behave = () => done;
    await end(beforeStart);
    worker = await startTestWorker({
      natsUrl: nats.url,
      handlers: {
        [workSubject.segment]: (message: TaskRequested, context: WorkContext) => {
          handled.push(message);
          return behave(message, context);
        },
        [workSubject.assemble]: (message: AssembleRequested) => {
          handled.push(message);
          return done;
        },
        [eventSubject.attemptFailed]: (message: AttemptFailed) => attempts.push(message),
      },
    });
  });
  afterAll(async () => {
    await worker?.close();
    await gateway?.close();
    await nats?.stop();
  });

  const beforeStart = taskRequested({ generation: 2 });
  const end = ({ exportId, generation }: { exportId: string; generation: number }) =>
    gateway.outbox.publishRaw(endedKeySubject(exportId), exportEnded(exportId, generation), {
      msgId: `ended:${exportId}:${generation}`,
    });
  let published = 0;
  const publish = (message: TaskRequested) =>
    gateway.outbox.publishRaw(workSubject.segment, message, { msgId: `${published++}` });
  const handledOf = (exportId: string) => handled.all.filter((message) => message.exportId === exportId);

  it('is dropped unseen, also if the export ended before the worker started', async () => {
    await publish(beforeStart);
    await publish({ ...beforeStart, generation: 1 });
    await untilEmpty(gateway, WORK_STREAM);
    expect(handledOf(beforeStart.exportId)).toEqual([]);
    expect(attempts.all).toEqual([]);
  });

  it('is done when it belongs to a later generation', async () => {
    const later = { ...beforeStart, generation: 3 };
    await publish(later);
    await untilEmpty(gateway, WORK_STREAM);
    expect(handledOf(beforeStart.exportId)).toEqual([later]);
  });

  it('is aborted while it runs, and taken out without a failed attempt', async () => {
    const message = taskRequested();
    let reason: unknown;
    behave = async (_message, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      reason = signal.reason;
      throw new Error('ffmpeg was killed');
    };
    await publish(message);
    await waitUntil(() => handledOf(message.exportId).length === 1, { timeoutMs: 30_000, what: 'the handler to run' });
    await end(message);
    await untilEmpty(gateway, WORK_STREAM);
    expect(reason).toBeInstanceOf(WorkAborted);
    expect((reason as WorkAborted).because).toBe('ended');
    expect(handledOf(message.exportId)).toHaveLength(1);
    expect(attempts.all).toEqual([]);
  });

  it('is done all the same when it is assembly: the gateway decides that by the ledger', async () => {
    const { exportId } = taskRequested();
    await end({ exportId, generation: 1 });
    const message: AssembleRequested = { kind: 'export.assemble', version: 1, exportId, generation: 1 };
    await gateway.outbox.publishRaw(workSubject.assemble, message, { msgId: `assemble:${exportId}` });
    await untilEmpty(gateway, WORK_STREAM);
    expect(handledOf(exportId)).toEqual([message]);
  });

  it('is still dropped after the NATS server was restarted', async () => {
    behave = () => done;
    await nats.restart();
    const message = taskRequested();
    await end(message);
    await waitUntil(() => worker?.bus.ended.isEnded(message.exportId, 1), { timeoutMs: 30_000, what: 'the watch' });
    await publish(message);
    await untilEmpty(gateway, WORK_STREAM);
    expect(handledOf(message.exportId)).toEqual([]);
  });
});
