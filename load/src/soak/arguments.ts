import { parseArgs } from 'node:util';

export interface SoakArguments {
  jobCount: number;
  tenantCount: number;
  inFlight: number;
  seed: number;
  /** Where the report goes, too. */
  documentPath?: string;
}

export const usage = `npm run soak -- [--jobs N] [--tenants N] [--in-flight N] [--seed N] [--write FILE]
--in-flight: exports that each tenant waits for at one time`;

/** Wrong arguments: shown with the usage and without a stack. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export const parseArguments = (args: readonly string[]): SoakArguments => {
  const { jobs, tenants, 'in-flight': inFlight, seed, write } = parse(args);
  if (write === '') throw new ArgumentError('--write needs the name of a file');
  return {
    jobCount: count('--jobs', jobs),
    tenantCount: count('--tenants', tenants),
    inFlight: count('--in-flight', inFlight),
    seed: count('--seed', seed),
    ...(write !== undefined && { documentPath: write }),
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        jobs: { type: 'string', default: '2000' },
        tenants: { type: 'string', default: '20' },
        'in-flight': { type: 'string', default: '4' },
        seed: { type: 'string', default: '20260115' },
        write: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
};

const count = (name: string, text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new ArgumentError(`${name} is a number from 1 on, not ${text}`);
  return value;
};
