import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { LocalStackError } from './local-stack-error.js';
import { releasePort, reservePort } from './port-reservation.js';

/** Below the ephemeral ranges of Linux (32768) and macOS (49152), so that no outgoing connection takes one between check and use. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

export const isPortFree = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** The first of `count` consecutive free ports on the loopback interface, which no other stack gets while this process runs. */
export const findFreePorts = async (count: number): Promise<number> => {
  for (let attempt = 0; attempt < 200; attempt++) {
    const first = randomInt(FIRST_PORT, LAST_PORT - count);
    const ports: number[] = [];
    while (ports.length < count && reservePort(first + ports.length)) ports.push(first + ports.length);
    if (ports.length === count && (await areFree(ports))) return first;
    ports.forEach(releasePort);
  }
  throw new LocalStackError(
    'port-busy',
    `no ${count} consecutive free ports between ${FIRST_PORT} and ${LAST_PORT} on 127.0.0.1`,
  );
};

const areFree = async (ports: readonly number[]): Promise<boolean> =>
  (await Promise.all(ports.map((port) => isPortFree(port)))).every(Boolean);

/** The configured port if it is free, else a clear refusal; any free one when none is configured. */
export const claimPort = async (configured: number | undefined, what: string): Promise<number> => {
  if (configured === undefined) return findFreePorts(1);
  if (await isPortFree(configured)) return configured;
  throw new LocalStackError(
    'port-busy',
    `port ${configured}, configured for ${what}, is in use on this machine; choose another one or stop the program that has it`,
  );
};
