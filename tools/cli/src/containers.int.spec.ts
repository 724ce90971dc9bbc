import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  appArguments,
  appEnvironment,
  appNames,
  MAX_PAYLOAD_BYTES,
  NATS_ACCOUNT,
  natsServerPath,
  repositoryRoot,
} from '@clipfleet/local-stack';
import { loadConfig, type ConfigSchema } from '@clipfleet/platform';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { runCommand } from '@clipfleet/testing';

/** The container files cannot be run by the tests; what they say of the code is held against the code. */
const read = (name: string): string => readFileSync(path.join(repositoryRoot, name), 'utf8');

interface Service {
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  configs: Record<string, { content: string }>;
  volumes: Record<string, unknown>;
};
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
const instructions = (keyword: string): string[] =>
  [...dockerfile.matchAll(new RegExp(`^\\s*${keyword} (.*)$`, 'gm'))].map(([, rest]) => rest.trim());

/** As compose does it where nothing is set. */
const withDefaults = (environment: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [key, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  );

const configSchemaOf = async (app: string): Promise<ConfigSchema> => {
  const file = path.join(repositoryRoot, 'apps', app, 'src', `${app}-config.ts`);
  const module = (await import(file)) as Record<string, ConfigSchema>;
  const found = Object.entries(module).find(([name]) => name.endsWith('ConfigSchema'));
  if (!found) throw new Error(`${file} exports no …ConfigSchema`);
  return found[1];
};

const FFMPEG_WORKERS: readonly string[] = ['segment-worker', 'transcode-worker', 'thumb-worker'];

/** Read by the script that starts ffmpeg, where one is started. */
const ffmpegLimits = (app: string): string[] =>
  FFMPEG_WORKERS.includes(app) ? (read('libs/ffmpeg/bin/limited-ffmpeg').match(/CLIPFLEET_FFMPEG_MAX_\w+/g) ?? []) : [];

describe('docker-compose.yml', () => {
  it.each(appNames)('runs %s by its built entry point', (app) => {
    expect(compose.services[app].command).toEqual(appArguments(app));
    expect(existsSync(path.join(repositoryRoot, 'apps', app, 'src', 'main.ts'))).toBe(true);
  });

  it.each(appNames)('configures %s so that it starts, and with nothing it does not know', async (app) => {
    const schema = await configSchemaOf(app);
    const environment = compose.services[app].environment ?? {};
    expect(() => loadConfig(schema, withDefaults(environment))).not.toThrow();
    const known = [
      ...Object.values(schema.variables).map((variable) => variable.name),
      ...ffmpegLimits(app),
      ...Object.keys(appEnvironment(app)),
    ];
    expect(environment).toMatchObject(appEnvironment(app));
    expect('CLIPFLEET_FFMPEG_MAX_MEMORY_BYTES' in environment).toBe(FFMPEG_WORKERS.includes(app));
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('gives the database to the gateway and the migration alone', () => {
    const having = Object.entries(compose.services)
      .filter(([, service]) => service.environment && 'CLIPFLEET_DATABASE_URL' in service.environment)
      .map(([name]) => name);
    expect(having.toSorted()).toEqual(['gateway', 'migrate']);
  });

  it('migrates before the gateway starts, by a command the CLI has', () => {
    expect(compose.services['gateway'].depends_on?.['migrate']).toEqual({
      condition: 'service_completed_successfully',
    });
    const [entry, command] = compose.services['migrate'].command ?? [];
    expect(entry).toBe('tools/cli/dist/main.js');
    expect(spawnSync(process.execPath, [path.join(repositoryRoot, entry), command, '--help']).status).toBe(0);
  });

  it('publishes the port the gateway listens on', async () => {
    const { variables } = await configSchemaOf('gateway');
    const port = Object.values(variables).find(({ name }) => name === 'CLIPFLEET_HTTP_PORT')?.defaultText;
    expect(compose.services['gateway'].ports?.[0]).toMatch(new RegExp(`:${port}$`));
    expect(instructions('EXPOSE')[0].split(' ')).toContain(port);
  });

  it('lets NATS take the messages the local stack lets it take, with JetStream on its volume', () => {
    const { content } = compose.configs['nats'];
    expect(content).toMatch(new RegExp(`max_payload: ${MAX_PAYLOAD_BYTES}\\n`));
    expect(content).toMatch(/jetstream \{\s+store_dir: \/data\s/);
    expect(Object.keys(compose.volumes)).toEqual(['postgres', 'nats', 'store']);
  });

  it('gives the fleet its account at NATS, and a limit there that the server can keep', async () => {
    const { content } = compose.configs['nats'];
    const [, serverBytes] = /max_file_store: (\d+)/.exec(content) ?? [];
    expect(content).toContain(`accounts { ${NATS_ACCOUNT} {`);
    expect(Number(/max_store: (\d+)/.exec(content)?.[1])).toBeLessThanOrEqual(Number(serverBytes));
    const folder = await mkdtemp(path.join(tmpdir(), 'clipfleet-compose-'));
    try {
      await writeFile(path.join(folder, 'nats.conf'), content);
      const { status, stderr } = spawnSync(natsServerPath(), ['-t', '-c', path.join(folder, 'nats.conf')]);
      expect([status, String(stderr)]).toEqual([0, expect.stringContaining('is valid')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the Dockerfile', () => {
  it('copies the package.json of every workspace before it installs', () => {
    const folders = ['apps', 'libs'].flatMap((folder) =>
      readdirSync(path.join(repositoryRoot, folder)).map((name) => `${folder}/${name}`),
    );
    const copied = instructions('COPY').flatMap((text) => /^(\S+)\/package\.json \1\/$/.exec(text)?.[1] ?? []);
    expect(copied.toSorted()).toEqual([...folders, 'acceptance', 'bench', 'deploy', 'load', 'tools/cli'].toSorted());
  });

  it('copies nothing that is not there, or that .dockerignore keeps out', () => {
    const sources = instructions('COPY')
      .filter((text) => !text.startsWith('--from'))
      .flatMap((text) => text.split(' ').slice(0, -1));
    const allowed = read('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    for (const source of sources.filter((each) => each !== '.')) {
      expect(existsSync(path.join(repositoryRoot, source))).toBe(true);
      expect(allowed).toContain(source.split('/')[0]);
    }
  });

  it('runs as a user that is not root, named by number', () => {
    expect(instructions('USER')).toEqual(['1000:1000']);
  });

  it('installs ffmpeg in the stage that runs', () => {
    expect(dockerfile.slice(dockerfile.indexOf('AS runtime'))).toMatch(/install -y --no-install-recommends ffmpeg/);
  });

  describe('its health check', () => {
    const [program, ...args] = JSON.parse(/HEALTHCHECK[^\n]*CMD (\[.*\])/.exec(dockerfile)?.[1] ?? '[]') as string[];
    let server: Server;
    let status = 200;
    beforeAll(async () => {
      server = createServer((request, response) => {
        response.statusCode = request.url === '/healthz' ? status : 404;
        response.end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    it.each([
      [200, 0],
      [500, 1],
    ])('makes of HTTP %i exit code %i', async (answer, exitCode) => {
      status = answer;
      const { port } = server.address() as AddressInfo;
      expect(program).toBe('node');
      expect((await runCommand(process.execPath, args, { CLIPFLEET_OPS_PORT: String(port) })).exitCode).toBe(exitCode);
    });
  });
});
