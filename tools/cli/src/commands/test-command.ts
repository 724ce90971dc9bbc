import { repositoryRoot } from '@clipfleet/local-stack';
import { spawn } from 'node:child_process';
import path from 'node:path';

/** `npm run check` (build, lint, boundaries, format), then Jest with its real servers. Returns the exit code. */
export const testCommand = async (paths: string[]): Promise<number> => {
  const checkCode = await run('npm', ['run', '--silent', 'check']);
  if (checkCode !== 0) {
    console.log('\n✗ npm run check failed: see above (build, lint, dependency direction or format); no test was run\n');
    console.log('0 passed, 1 failed');
    return checkCode;
  }
  console.log('✓ build, lint, dependency direction and format');
  const jest = path.join(repositoryRoot, 'node_modules', 'jest', 'bin', 'jest.js');
  return run(process.execPath, [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...paths],
  ]);
};

const run = (command: string, args: string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repositoryRoot, stdio: 'inherit' });
    // Ctrl-C reaches the child as well; it ends in order, and we with it
    const ignore = (): void => {};
    process.on('SIGINT', ignore);
    child.once('error', reject);
    child.once('exit', (exitCode) => {
      process.off('SIGINT', ignore);
      resolve(exitCode ?? 1);
    });
  });
