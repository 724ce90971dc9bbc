import { type CrashPoint, crashPoints } from './crash-points.js';

interface Armed {
  name: CrashPoint;
  passesLeft: number;
}

/** `name` or `name:nth`, 1-based → where to crash; throws when it names nothing, so that no test believes it crashed. */
export const parseCrashAt = (text: string | undefined): Armed | undefined => {
  if (!text) return undefined;
  const [name, nth = '1'] = text.split(':');
  const passesLeft = Number(nth);
  if (!crashPoints.includes(name as CrashPoint) || !Number.isInteger(passesLeft) || passesLeft < 1) {
    throw new Error(
      `CLIPFLEET_CRASH_AT is ${JSON.stringify(text)}; it is NAME or NAME:NTH, of ${crashPoints.join(', ')}`,
    );
  }
  return { name: name as CrashPoint, passesLeft };
};

const armed = parseCrashAt(process.env['CLIPFLEET_CRASH_AT']);

/**
 * Fault injection for the crash tests: does nothing, at the price of one comparison, unless CLIPFLEET_CRASH_AT names this
 * point (`NAME`, or `NAME:NTH` for the nth time it is passed). Then the process ends here by SIGKILL, as a kernel out of
 * memory or `kill -9` would end it: no handler runs, nothing is flushed. Not a setting of a deployment.
 */
export const crashPoint = (name: CrashPoint): void => {
  if (armed === undefined || armed.name !== name || --armed.passesLeft > 0) return;
  process.kill(process.pid, 'SIGKILL');
};
