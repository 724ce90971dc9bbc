import path from 'node:path';

/** A folder of one run beside what `./clipfleet up` keeps, so that `./clipfleet reset` removes what a killed run left. */
export const runDirectory = (state: string, what: string): string => path.join(state, what, `run-${process.pid}`);
