import { describe, expect, it } from '@jest/globals';
import { runInThread, ThreadEnded, type ThreadJob, threadScript } from './run-in-thread.js';

const job = (code: string, changes: Partial<ThreadJob> = {}): ThreadJob => ({
  script: new URL(`data:text/javascript,import { parentPort, workerData } from 'node:worker_threads';${code}`),
  ...{ data: 20, maxMemoryBytes: 64 * 1024 * 1024, timeoutMs: 20_000, ...changes },
});
const never = new AbortController().signal;
const FOR_EVER = 'for (;;);';

describe('a thread', () => {
  it('answers', async () => {
    expect(await runInThread<number>(job('parentPort.postMessage(workerData + 1)'), never)).toBe(21);
  });

  it.each([
    ['time', job(FOR_EVER, { timeoutMs: 50 })],
    ['memory', job('const all = []; for (;;) all.push(new Array(1000).fill(0.5));', { maxMemoryBytes: 8 << 20 })],
    ['nothing to say', job('')],
  ])('that has no %s left is ended by name', async (_name, endless) => {
    await expect(runInThread(endless, never)).rejects.toThrow(ThreadEnded);
  });

  it('throws what is thrown there', async () => {
    await expect(runInThread(job("throw new Error('inside')"), never)).rejects.toThrow('inside');
  });

  it('ends with the signal, whose reason is told', async () => {
    const abort = new AbortController();
    const running = runInThread(job(FOR_EVER), abort.signal);
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(runInThread(job('parentPort.postMessage(1)'), abort.signal)).rejects.toThrow('enough');
  });

  it.each([
    ['file:///repo/apps/x/src/a/b.ts', 'file:///repo/apps/x/dist/a/thread.js'],
    ['file:///src/apps/x/src/a/b.ts', 'file:///src/apps/x/dist/a/thread.js'],
    ['file:///src/apps/x/dist/a/b.js', 'file:///src/apps/x/dist/a/thread.js'],
  ])('of %s is %s', (moduleUrl, expected) => {
    expect(threadScript(moduleUrl, './thread.js').href).toBe(expected);
  });
});
