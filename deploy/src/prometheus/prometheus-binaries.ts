import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ToolUnavailable } from '@clipfleet/local-stack';
import { cached } from '../tools/cached.js';

export type PrometheusProgram = 'prometheus' | 'promtool';

/**
 * Of this machine, or of Debian's package, unpacked once into the cache folder. It is not installed: that needs root and would
 * start a server. Throws `ToolUnavailable`.
 */
export const findPrometheus = (program: PrometheusProgram): string =>
  runs(program) ? program : path.join(cached('prometheus', unpackPackage), 'usr/bin', program);

const runs = (command: string): boolean => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const unpackPackage = (folder: string): string => {
  try {
    execFileSync('apt-get', ['-q', 'download', 'prometheus'], { cwd: folder, stdio: 'pipe' });
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    const unpacked = path.join(folder, 'unpacked');
    execFileSync('dpkg-deb', ['-x', path.join(folder, file), unpacked], { stdio: 'pipe' });
    return unpacked;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ToolUnavailable(`no Prometheus here, and Debian's package cannot be had: ${reason}`, { cause: error });
  }
};
