import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { releasePort, reservePort } from './port-reservation.js';
import { claimPort, findFreePorts, isPortFree } from './ports.js';

const RESERVATION = new URL('../dist/port-reservation.js', import.meta.url).href;

describe('claimPort', () => {
  let server: Server | undefined;
  afterEach(async () => {
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  it('takes the configured port when it is free', async () => {
    const port = await findFreePorts(1);
    expect(await claimPort(port, 'NATS')).toBe(port);
  });

  it('says which port is busy and what it was for', async () => {
    const port = await findFreePorts(1);
    server = await new Promise<Server>((resolve) => {
      const listening = createServer().listen(port, '127.0.0.1', () => resolve(listening));
    });
    await expect(claimPort(port, 'NATS')).rejects.toMatchObject({
      code: 'port-busy',
      message: expect.stringMatching(new RegExp(`port ${port}, configured for NATS, is in use`)),
    });
  });

  it('finds ports that are free one after the other', async () => {
    const first = await findFreePorts(5);
    const free = await Promise.all([0, 1, 2, 3, 4].map((offset) => isPortFree(first + offset)));
    expect(free).toEqual([true, true, true, true, true]);
  });

  it('gives no port twice, although nobody listens yet', async () => {
    const firsts = await Promise.all(Array.from({ length: 300 }, () => findFreePorts(3)));
    const ports = firsts.flatMap((first) => [first, first + 1, first + 2]);
    expect(new Set(ports).size).toBe(ports.length);
    ports.forEach(releasePort);
  });
});

describe('a reserved port', () => {
  it("is no other process's until its own ends", () => {
    const port = 19_999;
    const script = `import { reservePort } from ${JSON.stringify(RESERVATION)}; process.stdout.write(String(reservePort(${port})));`;
    const reserveElsewhere = () =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout;
    expect(reservePort(port)).toBe(true);
    expect(reserveElsewhere()).toBe('false');
    releasePort(port);
    expect(reserveElsewhere()).toBe('true');
    // left by a process that has ended: found, and free from then on
    expect([reservePort(port), reservePort(port)]).toEqual([false, true]);
    releasePort(port);
  });
});
