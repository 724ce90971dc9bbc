import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const MOST_OUTPUT_BYTES = 1 << 30;

export interface ProgramOutput {
  out: string;
  /** What it said on stderr. */
  complaints: string;
}

/** Runs a program to its end. Throws with its own words when it fails. */
export const runProgram = async (command: string, args: readonly string[]): Promise<ProgramOutput> => {
  try {
    const { stdout, stderr } = await execute(command, args, { maxBuffer: MOST_OUTPUT_BYTES });
    return { out: stdout, complaints: stderr.trim() };
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stderr ?? String(error)}`, { cause: error });
  }
};
