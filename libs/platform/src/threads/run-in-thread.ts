import { Worker } from 'node:worker_threads';

export interface ThreadJob {
  /** See {@link threadScript}. It posts one message, the answer. */
  script: URL;
  /** Its `workerData`: plain data, copied. */
  data: unknown;
  maxMemoryBytes: number;
  timeoutMs: number;
}

/** The thread was ended by its limits of memory or time, or ended itself without an answer. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  constructor(script: URL) {
    super(`${script.pathname.split('/').at(-1)} took more memory or time than is allowed`);
  }
}

const BYTES_PER_MIB = 1024 * 1024;

/** The compiled thread beside a module, also when the module runs from source under the test runner. */
export const threadScript = (moduleUrl: string, name: string): URL => {
  const isSource = moduleUrl.endsWith('.ts');
  const at = moduleUrl.lastIndexOf('/src/');
  return new URL(name, isSource ? `${moduleUrl.slice(0, at)}/dist/${moduleUrl.slice(at + '/src/'.length)}` : moduleUrl);
};

/** What a thread of its own answers: the event loop stays free, and what goes wrong there ends with the thread. */
export const runInThread = async <T>(job: ThreadJob, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const thread = new Worker(job.script, {
    workerData: job.data,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(job.maxMemoryBytes / BYTES_PER_MIB) },
  });
  const stop = (): void => void thread.terminate();
  const deadline = setTimeout(stop, job.timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const answer = await answerOf<T>(thread, job.script);
    signal.throwIfAborted();
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
};

const answerOf = <T>(thread: Worker, script: URL): Promise<T> =>
  new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', (error: Error & { code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new ThreadEnded(script) : error),
    );
    thread.once('exit', () => reject(new ThreadEnded(script)));
  });
