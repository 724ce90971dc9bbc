import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A program's standard output; its standard error is the message when it fails. */
export const runProgram = async (command: string, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await execute(command, args, { maxBuffer: 1 << 30 });
    return stdout;
  } catch (error) {
    const { stderr, code, signal } = error as { stderr?: string; code?: number; signal?: string };
    const end = stderr === undefined ? String(error) : `${stderr}(ended by ${signal ?? `exit code ${code}`})`;
    throw new Error(`${command} ${args.join(' ')}\n${end}`, { cause: error });
  }
};
