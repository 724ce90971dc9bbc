import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { claimPort, findFreePorts, isPortFree } from './ports.js';

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
});
