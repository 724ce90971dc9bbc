import type { Logger } from '@clipfleet/platform';

/** Calls `read` again and again. What fails is tried at the next turn: a gauge keeps the value it had. */
export const readEvery = (everyMs: number, read: () => Promise<void>, logger: Logger): { stop: () => void } => {
  const turn = (): void => {
    read().catch((err: unknown) => logger.debug({ err }, 'a gauge could not be read'));
  };
  const timer = setInterval(turn, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
};
