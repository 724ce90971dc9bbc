import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export type PrometheusProgram = 'prometheus' | 'promtool';

/** They are not installed here and cannot be fetched: the message says why. */
export class PrometheusUnavailable extends Error {
  override readonly name = 'PrometheusUnavailable';
}

/**
 * Of this machine, or of Debian's package, unpacked once into the cache folder. It is not installed: that needs root and would
 * start a server.
 */
export const findPrometheus = (program: PrometheusProgram): string => {
  if (runs(program)) return program;
  const unpacked = path.join(cacheFolder(), 'prometheus');
  if (!existsSync(unpacked)) fetchPackage(unpacked);
  return path.join(unpacked, 'usr/bin', program);
};

const cacheFolder = (): string =>
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'clipfleet');

const runs = (command: string): boolean => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const fetchPackage = (target: string): void => {
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}-`);
  try {
    execFileSync('apt-get', ['-q', 'download', 'prometheus'], { cwd: folder, stdio: 'pipe' });
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    const unpacked = path.join(folder, 'unpacked');
    execFileSync('dpkg-deb', ['-x', path.join(folder, file), unpacked], { stdio: 'pipe' });
    renameSync(unpacked, target);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new PrometheusUnavailable(`no Prometheus here, and Debian's package cannot be had: ${reason}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
