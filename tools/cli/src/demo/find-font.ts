import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../terminal.js';

const PREFERRED = [
  '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf',
  '/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf',
  '/usr/share/fonts/TTF/DejaVuSansMono.ttf',
  '/System/Library/Fonts/Supplemental/Andale Mono.ttf',
  '/System/Library/Fonts/Supplemental/Arial.ttf',
];
const FOLDERS = ['/usr/share/fonts', '/usr/local/share/fonts', '/Library/Fonts', path.join(homedir(), '.fonts')];

/** ffmpeg's drawtext wants a file: the usual one, or any TrueType font there is. */
export const findFont = (): string => {
  const found = PREFERRED.find((file) => existsSync(file)) ?? FOLDERS.flatMap(fontsBelow)[0];
  if (found) return found;
  throw new UsageError(
    'no TrueType font was found for the burnt-in time: install fonts-dejavu-core (or any .ttf font)',
  );
};

const fontsBelow = (folder: string): string[] => {
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      // characters that mean something to drawtext are not worth their escapes here
      .filter((name) => /^[\w./ -]+\.ttf$/i.test(name))
      .map((name) => path.join(folder, name))
  );
};
