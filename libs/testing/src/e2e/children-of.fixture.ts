import { runProgram } from '../media/run-program.js';

/** Programs that a worker runs now. */
export const childrenOf = async (pid: number): Promise<string[]> =>
  (await runProgram('ps', ['-A', '-o', 'ppid=,comm=']))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([parent]) => Number(parent) === pid)
    .map(([, command]) => command);
