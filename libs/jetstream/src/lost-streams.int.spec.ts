import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_STREAM, type TaskRequested, WORK_STREAM, workSubject } from '@clipfleet/contracts';
import { NATS_ACCOUNT } from '@clipfleet/local-stack';
import { startTestNats, testDirectory } from '@clipfleet/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import type { MessageBus } from './message-bus.js';
import { taskCompleted, taskRequested } from './testing/messages.js';
import { Received } from './testing/received.js';
import { messageCount, untilEmpty } from './testing/streams.js';
import { collectLogs, connectTestBus, startTestWorker, type TestWorker } from './testing/worker-process.js';
import { done } from './work-outcome.js';

/** A server that is killed loses what it had not written; one whose disk is lost has nothing. */
describe('streams that lost something', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let gateway: MessageBus;
  let worker: TestWorker | undefined;
  const handled = new Received<TaskRequested>();

  beforeAll(async () => {
    nats = await startTestNats();
    gateway = await connectTestBus(nats.url, collectLogs().logger);
    worker = await startTestWorker({
      natsUrl: nats.url,
      handlers: {
        [workSubject.segment]: (message: TaskRequested) => {
          handled.push(message);
          return done;
        },
      },
    });
  });
  afterAll(async () => {
    await worker?.close();
    await gateway?.close();
    await nats?.stop();
  });

  it('take a report that is told again after it was lost, although its time of deduplication is not over', async () => {
    const report = taskCompleted(taskRequested());
    const first = await gateway.events.taskCompleted(report);
    await (await jetstreamManager(gateway.nc)).streams.deleteMessage(EVENT_STREAM, first.streamSequence);
    await gateway.events.taskCompleted(report);
    expect(await messageCount(gateway, EVENT_STREAM)).toBe(1);
  });

  it('deliver what is published after the server forgot how far it had counted', async () => {
    const before = [taskRequested(), taskRequested(), taskRequested()];
    for (const message of before) {
      await gateway.outbox.publishRaw(workSubject.segment, message, { msgId: message.exportId });
    }
    await handled.atLeast(3);
    await untilEmpty(gateway, WORK_STREAM);
    // what nats-server 2.9 leaves when it is killed: an empty stream counts from 1 again, its consumers go on where they were
    await nats.kill();
    const messages = path.join(testDirectory(), nats.name, 'jetstream', NATS_ACCOUNT, 'streams', WORK_STREAM, 'msgs');
    for (const file of await readdir(messages)) await rm(path.join(messages, file));
    await nats.restart();
    const message = taskRequested();
    await gateway.outbox.publishRaw(workSubject.segment, message, { msgId: 'counted anew' });
    expect((await handled.atLeast(4))[3]).toEqual(message);
  });

  it('are there again, and are worked on, when the server comes back without them', async () => {
    await nats.kill();
    await rm(path.join(testDirectory(), nats.name, 'jetstream'), { recursive: true });
    await nats.restart();
    const message = taskRequested();
    await gateway.outbox.publishRaw(workSubject.segment, message, { msgId: 'after' });
    expect((await handled.atLeast(5))[4]).toEqual(message);
  });
});
