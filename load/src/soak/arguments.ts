import { ArgumentError, parseOptions, wholeNumber } from '@clipfleet/local-stack';

export interface SoakArguments {
  jobCount: number;
  roundCount: number;
  tenantCount: number;
  inFlight: number;
  seed: number;
  /** Where the report goes, too. */
  documentPath?: string;
}

export const usage = `npm run soak -- [--jobs N] [--rounds N] [--tenants N] [--in-flight N] [--seed N] [--write FILE]
--rounds: parts of the load, with a rest after each
--in-flight: exports that each tenant waits for at one time`;

const options = {
  jobs: { type: 'string', default: '2000' },
  rounds: { type: 'string', default: '6' },
  tenants: { type: 'string', default: '20' },
  'in-flight': { type: 'string', default: '4' },
  seed: { type: 'string', default: '20260115' },
  write: { type: 'string' },
} as const;

/** Throws {@link ArgumentError}. */
export const parseArguments = (args: readonly string[]): SoakArguments => {
  const { jobs, rounds, tenants, 'in-flight': inFlight, seed, write } = parseOptions(args, options);
  if (write === '') throw new ArgumentError('--write needs the name of a file');
  return {
    jobCount: wholeNumber('--jobs', jobs),
    roundCount: wholeNumber('--rounds', rounds),
    tenantCount: wholeNumber('--tenants', tenants),
    inFlight: wholeNumber('--in-flight', inFlight),
    seed: wholeNumber('--seed', seed),
    ...(write !== undefined && { documentPath: write }),
  };
};
