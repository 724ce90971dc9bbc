import { repositoryRoot } from '@clipfleet/local-stack';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** `npm run check` (build, types of tests, lint, boundaries, format), then Jest with its real servers. Returns the exit code. */
export const testCommand = async (paths: string[]): Promise<number> => {
  const checkCode = await run('npm', ['run', '--silent', 'check'], {});
  console.log(
    checkCode === 0
      ? '✓ build, types, lint, dependency direction and format'
      : '\n✗ npm run check failed: see above (build, types, lint, dependency direction or format)',
  );
  const directory = mkdtempSync(path.join(tmpdir(), 'clipfleet-closed-'));
  const closed = path.join(directory, 'closed');
  const jest = path.join(repositoryRoot, 'node_modules', 'jest', 'bin', 'jest.js');
  const jestCode = await run(
    process.execPath,
    // the flags of `npm test`; young objects have room, as each test file loads its modules anew
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--max-semi-space-size=32', jest, ...paths],
    // it counts in the closing line, which has to say what the exit code says
    {
      CLIPFLEET_TEST_CLOSED_FILE: closed,
      ...(checkCode === 0 ? {} : { CLIPFLEET_TEST_ALSO_FAILED: 'npm run check' }),
    },
  );
  // no reporter runs when Jest could not even begin, for want of a server; who reads the closing line wants one all the same
  if (!existsSync(closed)) console.log(`\n0 passed, ${checkCode === 0 ? 1 : 2} failed`);
  rmSync(directory, { recursive: true });
  return jestCode || checkCode;
};

const run = (command: string, args: string[], variables: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: repositoryRoot,
      stdio: 'inherit',
      env: { ...process.env, ...variables },
    });
    // Ctrl-C reaches the child as well; it ends in order, and we with it
    const ignore = (): void => {};
    process.on('SIGINT', ignore);
    child.once('error', reject);
    child.once('exit', (exitCode) => {
      process.off('SIGINT', ignore);
      resolve(exitCode ?? 1);
    });
  });
