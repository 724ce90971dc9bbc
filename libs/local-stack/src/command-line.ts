import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Wrong arguments of a command: shown with its usage and without a stack. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** The values of options, and nothing besides options. Throws {@link ArgumentError}. */
export const parseOptions = <T extends Options>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>['values'] => {
  try {
    return parseArgs<{ args: string[]; options: T }>({ args: [...args], options }).values;
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
};

/** From 1 to `most`. Throws {@link ArgumentError}. */
export const wholeNumber = (option: string, text: string, most = Number.MAX_SAFE_INTEGER): number => {
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= 1 && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? 'from 1 on' : `from 1 to ${most}`;
  throw new ArgumentError(`${option} is a whole number ${range}, not ${text}`);
};

/** What `parse` makes of this process's arguments. Where they are wrong the process ends with 2. */
export const argumentsOrExit = <T>(parse: (args: readonly string[]) => T, usage: string): T => {
  try {
    return parse(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    console.error(`${error.message}\n${usage}`);
    return process.exit(2);
  }
};

/** npm runs a command in its workspace's folder or at the top: a relative name means where the caller is. */
export const fromCaller = (file: string): string => path.resolve(process.env['INIT_CWD'] ?? '.', file);
