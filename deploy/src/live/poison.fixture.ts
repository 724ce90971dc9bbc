import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { workSubject } from '@clipfleet/contracts';
import { MessageBus, messageTable } from '@clipfleet/jetstream';
import type { RunningApp } from '@clipfleet/local-stack';
import { ARMS_OF_ALL, createLogger, type CrashPoint } from '@clipfleet/platform';

const SEGMENT = messageTable.find(({ subject }) => subject === workSubject.segment)!;

export const connectBus = (natsUrl: string): Promise<MessageBus> => {
  const logger = createLogger({ app: 'poison', level: 'error', destination: new PassThrough().resume() });
  return MessageBus.connect({ natsUrl, name: 'poison', logger });
};

/** Something that no process can read. */
export const publishNonsense = (bus: MessageBus): Promise<unknown> =>
  bus.outbox.publishRaw(SEGMENT.subject, { kind: 'nonsense' }, { msgId: 'nonsense' });

const MAX_DEATHS = 2;
const DEATH_TIMEOUT_MS = 60_000;

/**
 * Every task ends the process of its worker, as a kernel out of memory would, until one process gives it up. It is still there then,
 * and would end at its next task.
 */
export const dieOfTasks = async (worker: RunningApp, directory: string, begin: () => Promise<void>): Promise<void> => {
  const env = { CLIPFLEET_CRASH_DIR: directory, CLIPFLEET_MAX_DEATHS: String(MAX_DEATHS) };
  await writeFile(path.join(directory, ARMS_OF_ALL), 'task.reading' satisfies CrashPoint);
  await worker.restart(env);
  await begin();
  for (let deaths = 0; deaths < MAX_DEATHS; deaths++) {
    const exit = await Promise.race([worker.process().exited, delay(DEATH_TIMEOUT_MS, undefined, { ref: false })]);
    if (exit?.signal !== 'SIGKILL') throw new Error(`the worker did not die of its task: ${JSON.stringify(exit)}`);
    await worker.restart(env);
  }
};
