import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type CrashPoint, crashPoints } from './crash-points.js';

interface Armed {
  name: CrashPoint;
  passesLeft: number;
}

/** `name` or `name:nth`, 1-based → where to crash; throws when it names nothing, so that no test believes it crashed. */
export const parseCrashAt = (text: string): Armed => {
  const [name, nth = '1'] = text.split(':');
  const passesLeft = Number(nth);
  if (!crashPoints.includes(name as CrashPoint) || !Number.isInteger(passesLeft) || passesLeft < 1) {
    throw new Error(`crash at ${JSON.stringify(text)}: it is NAME or NAME:NTH, of ${crashPoints.join(', ')}`);
  }
  return { name: name as CrashPoint, passesLeft };
};

/** The file that arms every process. */
export const ARMS_OF_ALL = 'all';

const directory = process.env['CLIPFLEET_CRASH_DIR'];
/** Named by the process's id, so that its successor is not armed; or for this process and all that come after it. */
const armsFiles = directory ? [path.join(directory, String(process.pid)), path.join(directory, ARMS_OF_ALL)] : [];
let armed: Armed | undefined;

const readArms = (file: string): Armed | undefined => {
  try {
    return parseCrashAt(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Fault injection for the crash tests: does nothing, at the price of one comparison, unless CLIPFLEET_CRASH_DIR is set and its
 * file named by the process's id, or `all`, says `NAME` or `NAME:NTH`. Then the nth pass of that point, counted from the first pass of any
 * after the file is there, ends the process here by SIGKILL, as a kernel out of memory or `kill -9` would end it: no handler
 * runs, nothing is flushed. Not a setting of a deployment.
 */
export const crashPoint = (name: CrashPoint): void => {
  if (armsFiles.length === 0) return;
  armed ??= armsFiles.map(readArms).find((arms) => arms !== undefined);
  if (armed === undefined || armed.name !== name || --armed.passesLeft > 0) return;
  process.kill(process.pid, 'SIGKILL');
};
