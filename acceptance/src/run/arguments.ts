import { ArgumentError, parseOptions, wholeNumber } from '@clipfleet/local-stack';
import { containers, rangeSizes } from './case.js';

export interface AcceptanceArguments {
  /** Parts of names; absent: all. */
  only?: readonly string[];
  rangeSizes: readonly number[];
  containers: readonly string[];
  /** Makes everything a second time while workers are killed. */
  kill: boolean;
  /** 1: of every kind; N: of every Nth. */
  killEvery: number;
  seed: number;
  /** Makes a file of more than 4 GiB, too. */
  large: boolean;
  /** Where the document goes; absent: nowhere. */
  documentPath?: string;
  /** Results of earlier runs, which are not made again, and of this one are added to; absent: there are none. */
  resultsPath?: string;
}

export const usage = `npm run acceptance -- [--only NAME[,NAME…]] [--ranges 1,2,3,7] [--containers mp4,mov,ts]
    [--kill] [--kill-every N] [--seed N] [--large] [--write FILE] [--results FILE]`;

const DEFAULT_SEED = 20_260_115;

const options = {
  only: { type: 'string' },
  ranges: { type: 'string' },
  containers: { type: 'string' },
  kill: { type: 'boolean', default: false },
  'kill-every': { type: 'string', default: '1' },
  seed: { type: 'string' },
  large: { type: 'boolean', default: false },
  write: { type: 'string' },
  results: { type: 'string' },
} as const;

/** Throws {@link ArgumentError}. */
export const parseArguments = (args: readonly string[]): AcceptanceArguments => {
  const given = parseOptions(args, options);
  const sizes = listOf(given.ranges, rangeSizes.map(String), '--ranges').map(Number);
  const seed = Number(given.seed ?? DEFAULT_SEED);
  if (!Number.isInteger(seed)) throw new ArgumentError(`--seed is a whole number, not ${given.seed}`);
  return {
    ...(given.only !== undefined && { only: split(given.only) }),
    rangeSizes: sizes,
    containers: listOf(given.containers, containers, '--containers'),
    kill: given.kill,
    killEvery: wholeNumber('--kill-every', given['kill-every']),
    seed,
    large: given.large,
    ...(given.write !== undefined && { documentPath: given.write }),
    ...(given.results !== undefined && { resultsPath: given.results }),
  };
};

const split = (text: string): string[] => text.split(',').map((part) => part.trim());

const listOf = (text: string | undefined, known: readonly string[], option: string): readonly string[] => {
  const chosen = text === undefined ? known : split(text);
  const unknown = chosen.find((each) => !known.includes(each));
  if (unknown !== undefined) throw new ArgumentError(`${option} are of ${known.join(', ')}, not ${unknown}`);
  return chosen;
};
