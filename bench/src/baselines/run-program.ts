import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const MOST_COMPLAINT_CHARACTERS = 2_000;

/** Runs a program to its end; it does not outlive this process. Throws with what it said when it fails. */
export const runProgram = async (command: string, args: readonly string[]): Promise<string> =>
  (await run(command, args)).output;

/** The last it said on stderr. */
export const runForComplaints = async (command: string, args: readonly string[]): Promise<string> =>
  (await run(command, args)).complaints;

const run = (command: string, args: readonly string[]): Promise<{ output: string; complaints: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = (): void => void child.kill(constants.signals.SIGKILL);
    process.once('exit', kill);
    let output = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-MOST_COMPLAINT_CHARACTERS);
    });
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      process.off('exit', kill);
      if (exitCode === 0) resolve({ output, complaints });
      else reject(new Error(`${command} ended with ${signal ?? `exit code ${exitCode}`}: ${complaints}`));
    });
  });
