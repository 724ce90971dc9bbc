import type { ManagedProcess } from './managed-process.js';

export interface RunningServer {
  readonly name: string;
  readonly port: number;
  /** The process that runs now; another one after a restart. */
  process(): ManagedProcess;
  stop(): Promise<void>;
  /** SIGKILL, for tests of what a crash does. */
  kill(): Promise<void>;
  /** Stops it if it runs and starts it again on the same port and data. */
  restart(): Promise<void>;
}
