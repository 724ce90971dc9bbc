import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { removeMovedPostgres } from './postgres-directory.js';
import { startApp } from './start-app.js';
import { startPostgres } from './start-postgres.js';
import { stopRecorded } from './stop-recorded.js';

let state: string;
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), 'clipfleet-servers-'));
  chmodSync(state, 0o755);
});
afterEach(async () => {
  await stopRecorded(state);
  removeMovedPostgres(state);
  rmSync(state, { recursive: true });
});

const query = async (url: string, text: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

describe('startPostgres', () => {
  it('keeps what was committed over a kill -9, even when another process has got the pid of the dead one', async () => {
    const postgres = await startPostgres({ stateDirectory: state, durable: false });
    await query(postgres.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await postgres.kill();
    // our own pid, which is certainly alive: a server that trusted the file would refuse to start
    writeFileSync(path.join(state, 'postgres', 'data', 'postmaster.pid'), `${process.pid}\n`);
    await postgres.restart();
    expect(await query(postgres.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await postgres.stop();
  });

  it('starts from a folder that the user it runs as cannot enter', async () => {
    const locked = path.join(state, 'locked');
    mkdirSync(locked, { mode: 0o700 });
    const inside = path.join(locked, 'state');
    const postgres = await startPostgres({ stateDirectory: inside, durable: false });
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
    removeMovedPostgres(inside);
  });

  it('lets nobody in without the password', async () => {
    const postgres = await startPostgres({ stateDirectory: state, durable: false });
    const url = new URL(postgres.url);
    url.password = 'wrong';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await postgres.stop();
  });
});

describe('startApp', () => {
  const entryOf = (text: string): string => {
    const entry = path.join(state, 'app.mjs');
    writeFileSync(entry, text);
    return entry;
  };

  it('waits until /readyz says so', async () => {
    const entry = entryOf(`
      import { createServer } from 'node:http';
      let asked = 0;
      createServer((request, response) => {
        response.statusCode = request.url === '/readyz' && ++asked > 2 ? 200 : 503;
        response.end();
      }).listen(Number(process.env.CLIPFLEET_OPS_PORT), process.env.CLIPFLEET_OPS_HOST);`);
    const app = await startApp({ app: 'planner', stateDirectory: state, env: {}, entry });
    expect((await fetch(`${app.opsUrl}/readyz`)).status).toBe(200);
    await app.stop();
    expect(app.process().isRunning()).toBe(false);
  });

  it('tells what the app said when it refuses to start', async () => {
    const entry = entryOf(`console.error('CLIPFLEET_STORES is not set'); process.exit(78);`);
    await expect(startApp({ app: 'planner', stateDirectory: state, env: {}, entry })).rejects.toThrow(
      /planner ended with exit code 78\n\s+CLIPFLEET_STORES is not set/,
    );
  });

  it('tells what is not ready when the time is over, and leaves nothing running', async () => {
    const entry = entryOf(`
      import { createServer } from 'node:http';
      createServer((request, response) => { response.statusCode = 503; response.end('nats: no answer'); })
        .listen(Number(process.env.CLIPFLEET_OPS_PORT), '127.0.0.1');`);
    await expect(
      startApp({ app: 'planner', stateDirectory: state, env: {}, entry, readyTimeoutMs: 5_000 }),
    ).rejects.toThrow(/planner was not ready within 5000 ms; \/readyz: nats: no answer/);
    expect(await stopRecorded(state)).toEqual([]);
  });
});
