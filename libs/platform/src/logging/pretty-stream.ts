import type { DestinationStream } from 'pino';

const levelName: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};
const hidden = new Set(['time', 'level', 'msg', 'app', 'pid', 'err']);

interface PrettyEntry {
  time: string;
  level: number;
  app: string;
  msg?: string;
  err?: { stack?: string };
}

/** One readable line of a JSON log line, the stack of an error below it. */
export const formatPretty = (line: string): string => {
  const entry = JSON.parse(line) as PrettyEntry;
  const rest = Object.entries(entry)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const time = entry.time.slice(11, 23);
  const head = `${time} ${levelName[entry.level] ?? entry.level} ${entry.app}: ${entry.msg ?? ''}`;
  const stack = entry.err?.stack ? `\n${entry.err.stack}` : '';
  return `${rest ? `${head}  ${rest}` : head}${stack}\n`;
};

/** For a person at a terminal; files and collectors get JSON. */
export const createPrettyStream = (out: NodeJS.WritableStream): DestinationStream => ({
  write: (line) => void out.write(formatPretty(line)),
});
