import { readFileSync } from 'node:fs';
import { LocalStackError } from './local-stack-error.js';

export interface UnprivilegedUser {
  uid: number;
  gid: number;
}

/**
 * Postgres refuses to run as root and wants a uid that has a name: when we are root, the user to run it as; else undefined.
 */
export const unprivilegedUser = (): UnprivilegedUser | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && Number(fields[2]) > 0);
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? users[0];
  if (!user) {
    throw new LocalStackError(
      'start-failed',
      'running as root, and /etc/passwd has no other user to run Postgres as; add one (for example `useradd postgres`)',
    );
  }
  return { uid: Number(user[2]), gid: Number(user[3]) };
};
