import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  timeoutMs: number;
  everyMs?: number;
  /** For the error: "waited 5000 ms for <what>". */
  what: string;
}

/** Polls until `probe` gives something other than undefined or false; throws at the deadline with the last error as its cause. */
export const waitUntil = async <T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs, everyMs = 25, what }: WaitOptions,
): Promise<T> => {
  const deadlineMs = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() >= deadlineMs) throw new Error(`waited ${timeoutMs} ms for ${what}`, { cause: lastError });
    await sleep(everyMs);
  }
};
