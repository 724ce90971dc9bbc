import { appNames } from '@clipfleet/local-stack';
import { existsSync, readdirSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { UsageError } from '../terminal.js';
import { stateDirectory } from '../workspace.js';

const LINES = 40;

/** The end of one log, or of all apps' logs; `follow` goes on until Ctrl-C. */
export const logsCommand = async (name: string | undefined, follow: boolean): Promise<void> => {
  const directory = path.join(stateDirectory(), 'logs');
  const known = existsSync(directory)
    ? readdirSync(directory).flatMap((file) => (file.endsWith('.log') ? [file.slice(0, -4)] : []))
    : [];
  const wanted = name ? [name] : known.filter((each) => (appNames as readonly string[]).includes(each));
  if (wanted.length === 0 || !wanted.every((each) => known.includes(each))) {
    throw new UsageError(
      known.length === 0 ? 'there are no logs: start with ./clipfleet up' : `logs there are: ${known.join(', ')}`,
    );
  }
  const files = wanted.map((each) => path.join(directory, `${each}.log`));
  const child = spawn('tail', ['-n', String(LINES), ...(follow ? ['-f'] : []), ...files], { stdio: 'inherit' });
  await new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', resolve);
  });
};
