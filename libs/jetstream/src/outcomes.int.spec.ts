import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AttemptFailed,
  ClipfleetError,
  eventSubject,
  EVENT_STREAM,
  type TaskRequested,
  WORK_STREAM,
  workSubject,
} from '@clipfleet/contracts';
import { deadLetters, metricsRegistry } from '@clipfleet/platform';
import { startTestNats } from '@clipfleet/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { randomBytes } from 'node:crypto';
import { taskRequested } from './testing/messages.js';
import { Received } from './testing/received.js';
import { messageCount, untilEmpty } from './testing/streams.js';
import { startTestWorker, type TestWorker } from './testing/worker-process.js';
import type { WorkContext } from './work-context.js';
import { done, reject, retry, snooze } from './work-outcome.js';

type Behaviour = (message: TaskRequested, context: WorkContext) => unknown;

describe('what becomes of a message', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let worker: TestWorker;
  let behave: Behaviour;
  let attempts: Received<AttemptFailed>;
  let deliveries: Received<{ message: TaskRequested; deliveryCount: number; attemptNumber: number }>;

  beforeAll(async () => {
    nats = await startTestNats();
    worker = await startTestWorker({
      natsUrl: nats.url,
      handlers: {
        [workSubject.segment]: (message: TaskRequested, context: WorkContext) => {
          const { deliveryCount, attemptNumber } = context;
          deliveries.push({ message, deliveryCount, attemptNumber });
          return behave(message, context);
        },
        [eventSubject.attemptFailed]: (message: AttemptFailed) => attempts.push(message),
      },
    });
  });
  afterAll(async () => {
    await worker?.close();
    await nats?.stop();
  });
  beforeEach(() => {
    behave = () => done;
    attempts = new Received();
    deliveries = new Received();
  });

  const publish = (message: unknown, msgId = `${Math.random()}`) =>
    worker.bus.outbox.publishRaw(workSubject.segment, message, { msgId });
  const settled = async () => {
    await untilEmpty(worker.bus, WORK_STREAM);
    await untilEmpty(worker.bus, EVENT_STREAM);
  };

  it('done takes it out of the queue, and nothing is reported', async () => {
    await publish(taskRequested());
    await settled();
    expect(deliveries.all.map((d) => d.deliveryCount)).toEqual([1]);
    expect(attempts.all).toEqual([]);
  });

  it('the same message id is stored once', async () => {
    const message = taskRequested();
    expect((await publish(message, 'same')).duplicate).toBe(false);
    expect((await publish(message, 'same')).duplicate).toBe(true);
    await settled();
    expect(deliveries.all).toHaveLength(1);
  });

  it('retry reports a failed attempt and delivers it again', async () => {
    const message = taskRequested({ taskIndex: 7 });
    const failure = new ClipfleetError('download-failed', 'the store hung up', { details: { key: 'a.ts' } });
    behave = (_message, { deliveryCount }) => (deliveryCount < 3 ? retry(failure, 10) : done);
    await publish(message);
    await settled();
    expect(deliveries.all.map((d) => d.deliveryCount)).toEqual([1, 2, 3]);
    const [{ attemptNumber }] = deliveries.all;
    expect(deliveries.all.map((d) => d.attemptNumber - attemptNumber)).toEqual([0, 1, 2]);
    expect(attempts.all).toEqual(
      [1, 2].map((deliveryCount) => ({
        kind: 'attempt.failed',
        version: 1,
        exportId: message.exportId,
        generation: 1,
        work: { kind: 'task', taskIndex: 7 },
        deliveryCount,
        code: 'download-failed',
        message: 'the store hung up',
        details: { key: 'a.ts' },
        retryable: true,
      })),
    );
  });

  it('reject reports it as not retryable and never delivers it again', async () => {
    behave = () => reject(new ClipfleetError('undecodable', 'no video'));
    await publish(taskRequested());
    await attempts.atLeast(1);
    await settled();
    expect(deliveries.all).toHaveLength(1);
    expect(attempts.all).toMatchObject([{ code: 'undecodable', retryable: false, deliveryCount: 1 }]);
  });

  it('snooze delivers it again after the delay and reports nothing', async () => {
    const startMs = Date.now();
    behave = (_message, { deliveryCount }) => (deliveryCount === 1 ? snooze(300) : done);
    await publish(taskRequested());
    await settled();
    expect(deliveries.all.map((d) => d.deliveryCount)).toEqual([1, 2]);
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(300);
    expect(attempts.all).toEqual([]);
  });

  it('an unknown error is a failed attempt with its message', async () => {
    behave = (_message, { deliveryCount }) => {
      if (deliveryCount === 1) throw new TypeError('x is not a function');
      return done;
    };
    await publish(taskRequested());
    await settled();
    expect(attempts.all).toMatchObject([{ code: 'internal', message: 'x is not a function', retryable: true }]);
  });

  it('a thrown error that is not retryable rejects', async () => {
    behave = () => {
      throw new ClipfleetError('segment-missing', 'a.ts is not there');
    };
    await publish(taskRequested());
    await attempts.atLeast(1);
    await settled();
    expect(deliveries.all).toHaveLength(1);
    expect(attempts.all).toMatchObject([{ code: 'segment-missing', retryable: false }]);
  });

  it.each([
    ['not JSON', Buffer.from('{')],
    ['JSON that is not the message', { kind: 'task.requested' }],
  ])('%s is taken out unseen, counted, and nothing is reported', async (_name, payload) => {
    const before = await deadLetterCount('segment', 'invalid');
    if (Buffer.isBuffer(payload)) await worker.bus.js.publish(workSubject.segment, payload);
    else await publish(payload);
    await settled();
    expect(deliveries.all).toEqual([]);
    expect(attempts.all).toEqual([]);
    expect(await deadLetterCount('segment', 'invalid')).toBe(before + 1);
  });

  it('a large message travels compressed and arrives whole', async () => {
    const base = taskRequested();
    const pieces = Array.from({ length: 5_000 }, (_, i) => pieceAt(i));
    const message = { ...base, task: { ...base.task, pieces } } as TaskRequested;
    let storedBytes = 0;
    behave = async () => {
      storedBytes = (await (await jetstreamManager(worker.bus.nc)).streams.info(WORK_STREAM)).state.bytes;
      return done;
    };
    await publish(message);
    await settled();
    expect(deliveries.all[0]?.message).toEqual(message);
    expect(storedBytes).toBeGreaterThan(0);
    expect(storedBytes).toBeLessThan(JSON.stringify(message).length / 3);
  });

  it('a message over the server’s limit is refused with its size before anything is sent', async () => {
    await expect(publish({ noise: randomBytes(9_000_000).toString('base64') })).rejects.toMatchObject({
      name: 'ClipfleetError',
      code: 'internal',
      retryable: false,
      message: expect.stringMatching(/clipfleet\.work\.segment is \d+ bytes/),
    });
    expect(await messageCount(worker.bus, WORK_STREAM)).toBe(0);
  });

  it('a handler that outlasts ack_wait keeps its message by heartbeats', async () => {
    behave = () => new Promise((resolve) => setTimeout(() => resolve(done), 2_500)); // ack_wait is 1 s
    await publish(taskRequested());
    await settled();
    expect(deliveries.all).toHaveLength(1);
  });

  it('log lines within a handler carry the export, the task and the delivery', async () => {
    const message = taskRequested({ taskIndex: 3 });
    behave = () => {
      worker.bus.logger.info('inside');
      return done;
    };
    await publish(message);
    await settled();
    const { exportId } = message;
    expect(worker.logs.filter((line) => line['msg'] === 'inside')).toMatchObject([
      { exportId, generation: 1, taskIndex: 3, deliveryCount: 1, subject: workSubject.segment },
    ]);
  });
});

const pieceAt = (segmentIndex: number) => ({
  segmentIndex,
  key: `recording/2026/segment-${segmentIndex}.ts`,
  sizeBytes: 1_000_000 + segmentIndex,
  durationTicks: 540_000,
  runIndex: 0,
});

const deadLetterCount = async (kind: string, reason: string): Promise<number> => {
  expect(metricsRegistry.getSingleMetric('clipfleet_dead_letters')).toBe(deadLetters);
  const { values } = await deadLetters.get();
  return values.find(({ labels }) => labels.kind === kind && labels.reason === reason)?.value ?? 0;
};
