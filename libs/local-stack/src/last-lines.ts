import { readFileSync } from 'node:fs';

/** The end of a log, indented, for an error message. */
export const lastLines = (file: string, count: number): string => {
  try {
    return readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-count)
      .map((line) => `    ${line}`)
      .join('\n');
  } catch {
    return '    (no log)';
  }
};
