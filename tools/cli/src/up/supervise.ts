import type { RunningServer } from '@clipfleet/local-stack';
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** Who lived this long is not in a crash loop. */
const SETTLED_MS = 60_000;

/**
 * Says when a process ends by itself, and starts it again as a cluster would: at once, then with growing pauses.
 * Until `signal` is aborted; from then on ends are wanted.
 */
export const supervise = async (server: RunningServer, signal: AbortSignal): Promise<void> => {
  let delayMs = FIRST_DELAY_MS;
  for (;;) {
    const startedMs = Date.now();
    const child = server.process();
    const exit = await child.exited;
    if (signal.aborted) return;
    if (Date.now() - startedMs > SETTLED_MS) delayMs = FIRST_DELAY_MS;
    console.log(
      `! ${server.name} ended with ${exit.signal ?? `exit code ${exit.exitCode}`}; starting it again in ${delayMs / 1000} s (log: ${child.logPath})`,
    );
    await sleep(delayMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    try {
      await server.restart();
      console.log(`✓ ${server.name} is back`);
    } catch (error) {
      console.log(`! ${error instanceof Error ? error.message : String(error)}`);
    }
  }
};
