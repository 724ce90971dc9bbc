import { ArgumentError, parseOptions, wholeNumber } from '@clipfleet/local-stack';

export interface ApiArguments {
  connections: readonly number[];
  /** Measured rounds of each. */
  rounds: number;
  durationSeconds: number;
  /** Where the JSON goes; absent: nowhere. */
  jsonPath?: string;
}

export const apiUsage = `npm run bench:api -- [--connections N[,N…]] [--rounds N] [--seconds N] [--json FILE]
default: --connections 1,64,512 --rounds 3 --seconds 5`;

const MOST_CONNECTIONS = 4_096;
const MOST_ROUNDS = 100;
const MOST_SECONDS = 600;

const options = {
  connections: { type: 'string', default: '1,64,512' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '5' },
  json: { type: 'string' },
} as const;

export const parseApiArguments = (args: readonly string[]): ApiArguments => {
  const { connections, rounds, seconds, json } = parseOptions(args, options);
  if (json === '') throw new ArgumentError('--json needs the name of a file');
  return {
    connections: connections.split(',').map((text) => wholeNumber('--connections', text, MOST_CONNECTIONS)),
    rounds: wholeNumber('--rounds', rounds, MOST_ROUNDS),
    durationSeconds: wholeNumber('--seconds', seconds, MOST_SECONDS),
    ...(json !== undefined && { jsonPath: json }),
  };
};
