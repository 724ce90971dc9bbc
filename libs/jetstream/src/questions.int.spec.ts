import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ProbeRequested, workSubject } from '@clipfleet/contracts';
import { startTestNats } from '@clipfleet/testing';
import type { MessageBus } from './message-bus.js';
import { Received } from './testing/received.js';
import { collectLogs, connectTestBus, startTestWorker, type TestWorker } from './testing/worker-process.js';
import { done } from './work-outcome.js';

const asked = { source: { storeId: 'main', bucket: 'b', key: 'k' }, sizeBytes: 1 };
const noMedia = { ok: false, reason: 'undecodable', message: 'no media' } as const;

describe('a question', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let bus: MessageBus;
  let worker: TestWorker | undefined;

  beforeAll(async () => {
    nats = await startTestNats();
    bus = await connectTestBus(nats.url, collectLogs().logger);
  });
  afterEach(() => worker?.close());
  afterAll(async () => {
    await bus?.close();
    await nats?.stop();
  });

  const startWorker = async (handle: (question: ProbeRequested) => void): Promise<void> => {
    const handler = (question: ProbeRequested) => {
      handle(question);
      return done;
    };
    worker = await startTestWorker({ natsUrl: nats.url, handlers: { [workSubject.thumb]: handler } });
  };
  const answerAll = () => startWorker(({ replyTo }) => bus.questions.answer(replyTo, noMedia));

  it('is answered by a worker', async () => {
    await answerAll();
    expect(await bus.questions.probe(asked, 30_000)).toEqual(noMedia);
  });

  it('waits for a worker that is only starting, and each gets its own answer', async () => {
    const two = [bus.questions.probe(asked, 30_000), bus.questions.probe({ ...asked, sizeBytes: 2 }, 30_000)];
    await startWorker(({ replyTo, sizeBytes }) =>
      bus.questions.answer(replyTo, { ...noMedia, message: `of ${sizeBytes}` }),
    );
    expect(await Promise.all(two)).toMatchObject([{ message: 'of 1' }, { message: 'of 2' }]);
  });

  it('nobody answers ends in time, and is known by the worker as one that is too late', async () => {
    await expect(bus.questions.probe(asked, 1_000)).rejects.toMatchObject({ code: 'not-answered' });
    const received = new Received<ProbeRequested>();
    await startWorker((question) => received.push(question));
    const [late] = await received.atLeast(1);
    expect(late.answerByMs).toBeLessThanOrEqual(Date.now());
  });
});
