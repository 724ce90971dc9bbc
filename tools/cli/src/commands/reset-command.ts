import { removeMovedPostgres, stopRecorded } from '@clipfleet/local-stack';
import { existsSync, rmSync } from 'node:fs';
import { step, UsageError } from '../terminal.js';
import { runningUp } from '../up/up-lock.js';
import { stateDirectory } from '../workspace.js';

/** Removes the state, after what a killed `up` may have left running. */
export const resetCommand = async (): Promise<void> => {
  const state = stateDirectory();
  const pid = runningUp(state);
  if (pid !== undefined) {
    throw new UsageError(`clipfleet is up in this folder (pid ${pid}): end it with Ctrl-C first`);
  }
  if (!existsSync(state)) {
    console.log(`nothing to remove: there is no ${state}`);
    return;
  }
  await step(`removed ${state}`, async () => {
    await stopRecorded(state);
    removeMovedPostgres(state);
    rmSync(state, { recursive: true, force: true });
  });
};
