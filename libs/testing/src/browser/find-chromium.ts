import { execFileSync } from 'node:child_process';
import { ToolUnavailable } from '@clipfleet/local-stack';

/** Builds with H.264 and AAC: Debian's and Google's have them, those that come with Playwright have not. */
const PLACES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The Chromium of this machine. Throws `ToolUnavailable`. */
export const findChromium = (): string => {
  const found = PLACES.map(pathOf).find((path) => path !== undefined && runs(path));
  if (found === undefined)
    throw new ToolUnavailable(
      'no Chromium here; ./clipfleet test installs it on Debian and Ubuntu, where it is a package',
    );
  return found;
};

const pathOf = (name: string): string | undefined => {
  if (name.startsWith('/')) return name;
  try {
    return execFileSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
};

/** Ubuntu has a program of the name that only says that it is a snap. */
const runs = (path: string): boolean => {
  try {
    return /Chrom/.test(execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return false;
  }
};
