import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type AppName,
  appNames,
  findFreePorts,
  type ManagedProcess,
  natsServerPath,
  startProcess,
  waitUntil,
} from '@clipfleet/local-stack';
import { readNatsValues } from '../policies/values.js';

export interface NatsWithUsers {
  /** Of the app's own user. */
  urlOf(app: AppName): string;
  /** What the server has refused to a user until now. */
  refusedTo(app: AppName): string[];
  stop(): Promise<void>;
}

/** As the chart writes values into the configuration: `<< … >>` bare, all else as JSON. */
const written = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll(/"<< (.+?) >>"/g, '$1');

/** A nats-server of this machine with the account, the users and the permissions that deploy/values gives to that of a cluster. */
export const startNatsWithUsers = async (stateDirectory: string): Promise<NatsWithUsers> => {
  const { config, container } = readNatsValues();
  const [port, monitoringPort] = [await findFreePorts(1), await findFreePorts(1)];
  const accounts = structuredClone(config.merge.accounts);
  // one server keeps less than three; it would refuse to promise more
  accounts.CLIPFLEET.jetstream.max_store = '<< 1GB >>';
  const text = [
    `listen: "127.0.0.1:${port}"`,
    `http: "127.0.0.1:${monitoringPort}"`,
    `max_payload: ${config.merge.max_payload.slice(3, -3)}`,
    `jetstream { store_dir: ${JSON.stringify(path.join(stateDirectory, 'nats-with-users'))}, max_file_store: 2GB }`,
    `accounts: ${written(accounts)}`,
  ];
  const file = path.join(stateDirectory, 'nats-with-users.conf');
  await writeFile(file, `${text.join('\n')}\n`);
  const passwords = Object.keys(container.env).filter((name) => name.includes('PASSWORD'));
  const server: ManagedProcess = startProcess({
    ...{ name: 'nats-with-users', stateDirectory, command: natsServerPath(), args: ['-c', file] },
    env: { ...process.env, ...Object.fromEntries(passwords.map((name) => [name, passwordOf(name)])) },
  });
  const isHealthy = async (): Promise<boolean> => {
    server.assertRunning();
    return (await fetch(`http://127.0.0.1:${monitoringPort}/healthz`)).ok;
  };
  await waitUntil(isHealthy, { timeoutMs: 15_000, what: 'nats-server with users' });
  const variableOf = (app: AppName): string =>
    passwords.find((name) => name.toLowerCase().replaceAll('_', '-').endsWith(`password-${app}`)) ?? '';
  const urls = new Map(appNames.map((app) => [app, `nats://${app}:${passwordOf(variableOf(app))}@127.0.0.1:${port}`]));
  return {
    urlOf: (app) => urls.get(app)!,
    refusedTo: (app) =>
      readFileSync(server.logPath, 'utf8')
        .split('\n')
        .flatMap((line) => / Violation - User "([^"]+)", Subject (.*)/.exec(line)?.slice(1, 3).join(' ') ?? [])
        .filter((refused) => refused.startsWith(`${app} `)),
    stop: () => server.stop(),
  };
};

/** One for each, and none of digits alone. */
const passwordOf = (variable: string): string => `n${Buffer.from(variable).toString('hex')}`;
