import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type TaskRequested, WORK_STREAM, workSubject } from '@clipfleet/contracts';
import { startTestNats } from '@clipfleet/testing';
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { taskRequested } from './testing/messages.js';
import { Received } from './testing/received.js';
import { untilEmpty } from './testing/streams.js';
import { collectLogs, connectTestBus, startTestWorker, type TestWorker } from './testing/worker-process.js';
import type { WorkContext } from './work-context.js';
import { done } from './work-outcome.js';

interface Working {
  working: string;
  deliveryCount: number;
}

describe('the end of a worker process', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let child: ChildProcess | undefined;
  let other: TestWorker | undefined;

  beforeAll(async () => {
    // the child runs what is built
    const root = path.join(import.meta.dirname, '../../..');
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'libs/jetstream'], { cwd: root });
    nats = await startTestNats();
  });
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await other?.close();
    other = undefined;
  });
  afterAll(() => nats?.stop());

  const startChild = (env: Record<string, string>): Received<Working> => {
    const working = new Received<Working>();
    child = fork(path.join(import.meta.dirname, 'testing/child-worker.mjs'), {
      env: { ...process.env, NODE_OPTIONS: '', CLIPFLEET_NATS_URL: nats.url, ...env },
      execArgv: [],
    });
    child.on('message', (message: Working) => working.push(message));
    return working;
  };
  /** A second worker of the fleet, which does what comes to it. */
  const startOther = async (): Promise<Received<[string, number]>> => {
    const taken = new Received<[string, number]>();
    const handler = (message: TaskRequested, { deliveryCount }: WorkContext) => {
      taken.push([message.exportId, deliveryCount]);
      return done;
    };
    other = await startTestWorker({ natsUrl: nats.url, handlers: { [workSubject.segment]: handler } });
    return taken;
  };
  let published = 0;
  const workInChild = async (env: Record<string, string>) => {
    const working = startChild(env);
    const bus = await connectTestBus(nats.url, collectLogs().logger);
    const message = taskRequested();
    await bus.outbox.publishRaw(workSubject.segment, message, { msgId: `${published++}` });
    await bus.close();
    expect(await working.atLeast(1)).toEqual([{ working: message.exportId, deliveryCount: 1 }]);
    return message;
  };
  const ended = async () => {
    const startMs = Date.now();
    const [code, signal] = (await once(child!, 'exit')) as [number | null, string | null];
    return { code, signal, tookMs: Date.now() - startMs };
  };

  it('by kill -9 gives its work to another one', async () => {
    const message = await workInChild({ GRACE_MS: '60000', ON_ABORT: 'return' });
    const taken = await startOther();
    child!.kill('SIGKILL');
    expect(await taken.atLeast(1)).toEqual([[message.exportId, 2]]);
    await untilEmpty(other!.bus, WORK_STREAM);
  });

  it('by SIGTERM hands its work over at once and ends by the signal', async () => {
    const message = await workInChild({ GRACE_MS: '100', ON_ABORT: 'return' });
    const taken = await startOther();
    child!.kill('SIGTERM');
    const { signal, tookMs } = await ended();
    expect(signal).toBe('SIGTERM');
    expect(tookMs).toBeLessThan(60_000);
    expect(await taken.atLeast(1)).toEqual([[message.exportId, 2]]);
    await untilEmpty(other!.bus, WORK_STREAM);
  });

  it('by SIGTERM comes in bounded time, also with a handler that never returns', async () => {
    const message = await workInChild({ GRACE_MS: '100', ON_ABORT: 'ignore' });
    const taken = await startOther();
    child!.kill('SIGTERM');
    const { signal, tookMs } = await ended();
    expect(signal).toBe('SIGTERM');
    expect(tookMs).toBeLessThan(60_000);
    expect(await taken.atLeast(1)).toEqual([[message.exportId, 2]]);
    await untilEmpty(other!.bus, WORK_STREAM);
  });
});
