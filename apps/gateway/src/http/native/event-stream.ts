export interface EventStreamOptions {
  /** Ends the stream: the listener has gone, or the process goes. */
  signal: AbortSignal;
  /** A comment after so much silence, so that proxies keep the connection and dead ones are noticed. */
  heartbeatMs: number;
}

const EVENT_NAME = 'export';

/** HTML §9.2 (server-sent events): every item as an event, from id 1; ends with the items. */
export async function* eventStream<T>(items: AsyncIterable<T>, options: EventStreamOptions): AsyncGenerator<string> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    let id = 0;
    let next = iterator.next();
    for (;;) {
      const result = await withinSilence(next, options);
      if (result === 'aborted') return;
      if (result === 'silence') {
        yield ': still here\n\n';
        continue;
      }
      if (result.done === true) return;
      next = iterator.next();
      // JSON has no line breaks of its own, so that one data line carries it.
      yield `id: ${++id}\nevent: ${EVENT_NAME}\ndata: ${JSON.stringify(result.value)}\n\n`;
    }
  } finally {
    // Not awaited: an iterator that waits for a change ends when it wakes.
    iterator.return?.(undefined).catch(() => undefined);
  }
}

const withinSilence = async <T>(next: Promise<T>, options: EventStreamOptions): Promise<T | 'silence' | 'aborted'> => {
  const { signal, heartbeatMs } = options;
  if (signal.aborted) return 'aborted';
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  try {
    return await Promise.race([
      next,
      new Promise<'silence'>((resolve) => (timer = setTimeout(resolve, heartbeatMs, 'silence' as const))),
      new Promise<'aborted'>((resolve) => {
        onAbort = () => resolve('aborted');
        signal.addEventListener('abort', onAbort, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
};
