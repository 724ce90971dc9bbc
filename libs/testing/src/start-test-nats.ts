import { randomBytes } from 'node:crypto';
import { startNats, type RunningNats } from '@clipfleet/local-stack';
import { testDirectory } from './test-servers.js';

/** A NATS server of its own for a test file (25 ms): streams and consumers are global to a server. Stop it in afterAll. */
export const startTestNats = (): Promise<RunningNats> =>
  startNats({ stateDirectory: testDirectory(), name: `nats-${randomBytes(4).toString('hex')}` });
