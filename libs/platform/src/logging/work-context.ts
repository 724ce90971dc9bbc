import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of a handled message carries. */
export interface LoggedWork {
  exportId?: string;
  generation?: number;
  taskIndex?: number;
  subject?: string;
  deliveryCount?: number;
}

const storage = new AsyncLocalStorage<LoggedWork>();

/** Runs `fn` so that all logs within it, whoever writes them, carry these fields (on top of the ones already there). */
export const withLoggedWork = <T>(fields: LoggedWork, fn: () => T): T =>
  storage.run({ ...storage.getStore(), ...fields }, fn);

export const currentLoggedWork = (): LoggedWork => storage.getStore() ?? {};
