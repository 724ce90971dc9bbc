import { describe, expect, it } from '@jest/globals';
import { eventStream } from './event-stream.js';

async function* from<T>(items: T[], onReturn = (): void => undefined): AsyncGenerator<T> {
  try {
    yield* items;
  } finally {
    onReturn();
  }
}
/** Never gives anything, and tells that it was asked to end. */
const silent = (onReturn: () => void): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise<never>(() => undefined),
    return: () => {
      onReturn();
      return Promise.resolve({ done: true as const, value: undefined });
    },
  }),
});
const collect = async (stream: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = [];
  for await (const chunk of stream) all.push(chunk);
  return all;
};
const never = new AbortController().signal;

describe('eventStream', () => {
  it('gives every item as an event, and ends with them', async () => {
    expect(await collect(eventStream(from([{ a: 'x\ny' }, 2]), { signal: never, heartbeatMs: 1000 }))).toEqual([
      'id: 1\nevent: export\ndata: {"a":"x\\ny"}\n\n',
      'id: 2\nevent: export\ndata: 2\n\n',
    ]);
  });

  it('breaks a silence with comments, and ends its source when the listener goes', async () => {
    const listener = new AbortController();
    let isReturned = false;
    const chunks: string[] = [];
    for await (const chunk of eventStream(
      silent(() => (isReturned = true)),
      { signal: listener.signal, heartbeatMs: 5 },
    )) {
      chunks.push(chunk);
      if (chunks.length === 2) listener.abort();
    }
    expect(chunks).toEqual([': still here\n\n', ': still here\n\n']);
    expect(isReturned).toBe(true);
  });

  it('gives nothing when the listener has gone before', async () => {
    expect(await collect(eventStream(from([1]), { signal: AbortSignal.abort(), heartbeatMs: 1000 }))).toEqual([]);
  });

  it('fails with its source', async () => {
    const broken: AsyncIterable<never> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the ledger is gone')) }),
    };
    await expect(collect(eventStream(broken, { signal: never, heartbeatMs: 1000 }))).rejects.toThrow(
      'the ledger is gone',
    );
  });
});
