import { afterEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createLogger } from '../logging/logger.js';
import { metricsRegistry } from '../metrics/registry.js';
import { OpsModule } from './ops.module.js';
import { OpsServer } from './ops-server.js';
import { Readiness } from './readiness.js';

const lines: Record<string, unknown>[] = [];
const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
const logger = createLogger({ app: 'test', level: 'info', destination });

describe('OpsServer', () => {
  let server: OpsServer | undefined;
  afterEach(() => server?.stop());

  const start = async (readiness = new Readiness()) => {
    server = new OpsServer({ host: '127.0.0.1', port: 0 }, readiness, metricsRegistry, logger);
    const { port } = await server.start();
    return { readiness, port, get: (path: string) => fetch(`http://127.0.0.1:${port}${path}`) };
  };

  it('tells its port in the log', async () => {
    const { port } = await start();
    expect(lines.at(-1)).toMatchObject({ opsPort: port, msg: expect.stringContaining(`:${port} `) });
  });

  it('/metrics is Prometheus text', async () => {
    const response = await (await start()).get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toMatch(/^# HELP /);
  });

  it('/metrics tells what /readyz would answer', async () => {
    const { readiness, get } = await start();
    let isAway = false;
    readiness.register('postgres', () => (isAway ? Promise.reject(new Error('connection refused')) : undefined));
    const series = async () => {
      const text = await (await get('/metrics')).text();
      return text.match(/^clipfleet_(ready|readiness_check\{check="(postgres|shutdown)"\}) .*$/gm);
    };
    expect(await series()).toEqual(['clipfleet_ready 1', 'clipfleet_readiness_check{check="postgres"} 1']);
    isAway = true;
    expect(await series()).toEqual(['clipfleet_ready 0', 'clipfleet_readiness_check{check="postgres"} 0']);
    isAway = false;
    readiness.stop();
    expect(await series()).toEqual([
      'clipfleet_ready 0',
      'clipfleet_readiness_check{check="postgres"} 1',
      'clipfleet_readiness_check{check="shutdown"} 0',
    ]);
  });

  it('/metrics is OpenMetrics for who asks for it, with the same series', async () => {
    const { port, get } = await start();
    const headers = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' };
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
    expect(response.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const open = await response.text();
    expect(open).toMatch(/\n# EOF\n$/);
    const namesOf = (text: string) => new Set(text.match(/^[a-z]\w*/gm));
    expect(namesOf(open)).toEqual(namesOf(await (await get('/metrics')).text()));
  });

  it('/healthz answers whatever the readiness', async () => {
    const { readiness, get } = await start();
    readiness.register('never', () => Promise.reject(new Error('no')));
    expect((await get('/healthz')).status).toBe(200);
  });

  it('/healthz is 503 when something is gone that only a new process would have', async () => {
    const { readiness, get } = await start();
    let isGone = false;
    readiness.registerVital('nats', () => {
      if (isGone) throw new Error('the connection is closed for good');
    });
    const alive = await get('/healthz');
    expect([alive.status, await alive.json()]).toEqual([200, { alive: true }]);
    isGone = true;
    const dead = await get('/healthz');
    expect([dead.status, await dead.json()]).toEqual([
      503,
      { alive: false, nats: 'the connection is closed for good' },
    ]);
  });

  it('/readyz is 200 when all checks hold, 503 with the ones that do not', async () => {
    const { readiness, get } = await start();
    readiness.register('nats', () => undefined);
    const ready = await get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, checks: { nats: 'ok' } }]);
    readiness.register('postgres', () => Promise.reject(new Error('connection refused')));
    const failing = await get('/readyz?verbose');
    expect([failing.status, await failing.json()]).toEqual([
      503,
      { ready: false, checks: { nats: 'ok', postgres: 'connection refused' } },
    ]);
  });

  it('/readyz tells what the process can do without, and stays 200', async () => {
    const { readiness, get } = await start();
    readiness.register('postgres', () => undefined);
    readiness.registerSpared('nats', () => Promise.reject(new Error('not connected')));
    const answer = await get('/readyz');
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { ready: true, checks: { postgres: 'ok', nats: 'not connected' } },
    ]);
    readiness.stop();
    expect((await get('/readyz')).status).toBe(503);
  });

  it('a check that hangs is a check that fails', async () => {
    const { readiness, get } = await start();
    readiness.register('slow', () => new Promise(() => undefined));
    const response = await get('/readyz');
    expect([response.status, await response.json()]).toEqual([
      503,
      { ready: false, checks: { slow: 'no answer in 2000 ms' } },
    ]);
  });

  it('two checks of one name are refused', () => {
    const readiness = new Readiness();
    readiness.register('nats', () => undefined);
    expect(() => readiness.register('nats', () => undefined)).toThrow(/nats is registered already/);
  });

  it('other paths are 404', async () => {
    expect((await (await start()).get('/')).status).toBe(404);
  });

  it('a busy port refuses the start', async () => {
    const { port } = await start();
    const second = new OpsServer({ host: '127.0.0.1', port }, new Readiness(), metricsRegistry, logger);
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('OpsModule', () => {
  it('is up from initialisation to the end, and not ready once a shutdown begins', async () => {
    const seen: unknown[] = [];
    @Module({ imports: [OpsModule.register({ logger, opsHost: '127.0.0.1', opsPort: 0 })] })
    class App {
      async beforeApplicationShutdown() {
        const response = await fetch(`http://127.0.0.1:${String(lines.at(-1)?.['opsPort'])}/readyz`);
        seen.push(response.status, await response.json());
      }
    }
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    const url = `http://127.0.0.1:${String(lines.at(-1)?.['opsPort'])}/readyz`;
    expect((await fetch(url)).status).toBe(200);
    await app.close();
    expect(seen).toEqual([503, { ready: false, checks: { shutdown: 'in progress' } }]);
    await expect(fetch(url)).rejects.toThrow();
  });
});
