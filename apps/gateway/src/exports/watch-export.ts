import { setTimeout as delay } from 'node:timers/promises';

export interface WatchOptions<T> {
  read(): Promise<T | undefined>;
  isLast(value: T): boolean;
  /** Calls the listener at every change; returns what ends that. */
  onChange(listener: () => void): () => void;
  /** Changes that come faster are told together. */
  leastPauseMs?: number;
  /** Read again after so long even if nothing was heard: a change may have been missed. */
  longestPauseMs?: number;
}

/** The value now, then after every change, until the last one. Ends its subscription however the loop over it ends. */
export async function* watchExport<T>(options: WatchOptions<T>): AsyncGenerator<T> {
  let changed = true;
  let wake = (): void => undefined;
  const stop = options.onChange(() => {
    changed = true;
    wake();
  });
  try {
    for (;;) {
      changed = false;
      const value = await options.read();
      if (value === undefined) return;
      yield value;
      if (options.isLast(value)) return;
      await delay(options.leastPauseMs ?? 250);
      await untilChangedOr(options.longestPauseMs ?? 5_000);
    }
  } finally {
    stop();
  }

  async function untilChangedOr(ms: number): Promise<void> {
    if (changed) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}
