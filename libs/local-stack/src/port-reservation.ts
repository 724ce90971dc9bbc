import { mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { processIdentity } from './process-identity.js';

/** A port is found free seconds before its server listens, and meanwhile any other stack on the machine would find it free as well. */
const directory = path.join(tmpdir(), `clipfleet-ports-${process.getuid?.() ?? 'all'}`);

const linkOf = (port: number): string => path.join(directory, String(port));

/** Whether it is this process's now, until it ends or gives it back. Links are made whole or not at all, and say whose they are. */
export const reservePort = (port: number): boolean => {
  mkdirSync(directory, { recursive: true });
  try {
    symlinkSync(`${process.pid} ${processIdentity(process.pid)}`, linkOf(port));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isHeld(port)) releasePort(port);
    return false;
  }
};

export const releasePort = (port: number): void => rmSync(linkOf(port), { force: true });

const isHeld = (port: number): boolean => {
  try {
    const [pid, ...identity] = readlinkSync(linkOf(port)).split(' ');
    return processIdentity(Number(pid)) === identity.join(' ');
  } catch {
    return false;
  }
};
