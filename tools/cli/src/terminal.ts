/** One line per step, with the time it took; the entry script prints its own in the same form. */
export const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const startedMs = performance.now();
  try {
    const result = await work();
    console.log(`✓ ${what} (${formatSeconds(performance.now() - startedMs)})`);
    return result;
  } catch (error) {
    console.log(`✗ ${what} (${formatSeconds(performance.now() - startedMs)})`);
    throw error;
  }
};

export const formatSeconds = (durationMs: number): string =>
  durationMs < 9_950 ? `${(durationMs / 1000).toFixed(1)} s` : `${Math.round(durationMs / 1000)} s`;

/** A line that is written over, on a terminal; elsewhere nothing, because a log of percentages helps nobody. */
export const showProgress = (text: string): void => {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K  ${text}`);
};

export const clearProgress = (): void => {
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
};

/** What a person did wrong, or can put right: shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
