import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  findFreePorts,
  postgresBinaries,
  type RunningPostgres,
  startProcess,
  unprivilegedUser,
  waitUntil,
} from '@clipfleet/local-stack';
import { Client } from 'pg';

export interface Standby {
  /** It answers, and writes nothing. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A second Postgres that follows `primary`, from a copy of its files that was made while it ran (Postgres, "Making a Base Backup Using
 * the Low Level API"). The embedded Postgres has no pg_basebackup.
 */
export const startStandby = async (primary: RunningPostgres): Promise<Standby> => {
  const client = new Client({ connectionString: primary.urlOf('postgres') });
  await client.connect();
  const directory = mkdtempSync(path.join(tmpdir(), 'clipfleet-standby-'));
  const data = path.join(directory, 'data');
  try {
    const { rows } = await client.query<{ from: string }>("SELECT current_setting('data_directory') AS from");
    const { from } = rows[0];
    await client.query("SELECT pg_backup_start('standby', true)");
    // its exit code is not asked for: a file that the server removes meanwhile is none of the backup's
    const { stderr } = spawnSync('cp', ['-a', from, data], { encoding: 'utf8' });
    if (!existsSync(path.join(data, 'global/pg_control'))) throw new Error(`${from} could not be copied: ${stderr}`);
    const { rows: label } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    const { uid, gid } = statSync(from);
    const write = (name: string, content: string): void => {
      writeFileSync(path.join(data, name), content);
      chownSync(path.join(data, name), uid, gid);
    };
    for (const name of ['postmaster.pid', 'postmaster.opts']) rmSync(path.join(data, name), { force: true });
    write('backup_label', label[0].labelfile);
    write('standby.signal', '');
    write('postgresql.auto.conf', `primary_conninfo = '${conninfoOf(primary.urlOf('postgres'))}'\n`);
    chownSync(directory, uid, gid);
    return await run(primary, directory, data);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end();
  }
};

const run = async (primary: RunningPostgres, directory: string, data: string): Promise<Standby> => {
  const port = await findFreePorts(1);
  const user = unprivilegedUser();
  const standby = startProcess({
    name: 'standby',
    stateDirectory: directory,
    command: path.join(postgresBinaries(user), 'bin', 'postgres'),
    args: [
      ...['-D', data, '-h', '127.0.0.1', '-p', String(port), '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
      // no fewer than its primary has, or it does not start
      ...['-c', 'max_connections=200', '-c', 'shared_buffers=32MB', '-c', 'wal_receiver_status_interval=1'],
    ],
    stopSignal: 'SIGINT',
    ...user,
  });
  const url = new URL(primary.url);
  url.port = String(port);
  const stop = async (): Promise<void> => {
    await standby.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const answers = async (): Promise<boolean> => {
    standby.assertRunning();
    const client = new Client({ connectionString: url.href });
    try {
      await client.connect();
      return true;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  try {
    await waitUntil(answers, { timeoutMs: 60_000, what: 'the standby to answer' });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: url.href, stop };
};

const conninfoOf = (url: string): string => {
  const { hostname, port, username, password } = new URL(url);
  return `host=${hostname} port=${port} user=${username} password=${password}`;
};
