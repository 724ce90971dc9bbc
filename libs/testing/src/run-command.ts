import { execFile } from 'node:child_process';

/** Runs a program to its end without Jest's own variables in its environment. */
export const runCommand = (
  command: string,
  args: string[],
  variables: Record<string, string> = {},
): Promise<{ exitCode: number; output: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: '', ...variables };
    execFile(command, args, { env }, (error, stdout, stderr) => {
      const exitCode = error ? Number((error as { code?: number | string }).code ?? 1) : 0;
      resolve({ exitCode, output: stdout + stderr });
    });
  });
