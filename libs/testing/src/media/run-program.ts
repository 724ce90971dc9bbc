import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A program's standard output; its standard error is the message when it fails. */
export const runProgram = async (command: string, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await execute(command, args, { maxBuffer: 1 << 30 });
    return stdout;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stderr ?? String(error)}`, { cause: error });
  }
};
