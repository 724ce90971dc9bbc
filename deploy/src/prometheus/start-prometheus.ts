import { findFreePorts, startProcess, waitUntil } from '@clipfleet/local-stack';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';

export interface PrometheusOptions {
  binary: string;
  stateDirectory: string;
  /** Of prometheus.yml. */
  configuration: Readonly<Record<string, unknown>>;
  /** A file of rules. */
  rules?: string;
}

/** One series of an instant vector. */
export interface Sample {
  metric: Record<string, string>;
  value: [unixTimeS: number, text: string];
}

export interface RunningPrometheus {
  readonly url: string;
  /** The `data` of an answer of its HTTP API. Throws for any other. */
  get<T>(at: string): Promise<T>;
  query(expr: string): Promise<Sample[]>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const RULES = 'rules.yml';

/** A real Prometheus on 127.0.0.1, with its data below the state directory. */
export const startPrometheus = async (options: PrometheusOptions): Promise<RunningPrometheus> => {
  const { binary, stateDirectory, configuration, rules } = options;
  const directory = path.join(stateDirectory, 'prometheus');
  await mkdir(directory, { recursive: true });
  const configPath = path.join(directory, 'prometheus.yml');
  if (rules !== undefined) await writeFile(path.join(directory, RULES), rules);
  await writeFile(configPath, stringify({ ...configuration, ...(rules !== undefined && { rule_files: [RULES] }) }));
  const port = await findFreePorts(1);
  const args = [
    `--config.file=${configPath}`,
    `--storage.tsdb.path=${path.join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ];
  const child = startProcess({ name: 'prometheus', stateDirectory, command: binary, args, graceMs: 5_000 });
  const url = `http://127.0.0.1:${port}`;
  const ready = async (): Promise<boolean> => {
    child.assertRunning();
    return (await fetch(`${url}/-/ready`)).ok;
  };
  await waitUntil(ready, { timeoutMs: START_TIMEOUT_MS, what: 'Prometheus to be ready' });

  const get = async <T>(at: string): Promise<T> => {
    const body = (await (await fetch(`${url}${at}`)).json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${at}: ${body.error}`);
    return body.data;
  };
  return {
    url,
    get,
    query: async (expr) => (await get<{ result: Sample[] }>(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result,
    stop: () => child.stop(),
  };
};
