import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findFreePorts, isPortFree } from './ports.js';

/** What outlives a run, so that addresses and signed URLs of the last one hold in the next. */
export class StackState {
  private readonly ports: Record<string, number>;

  constructor(readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    this.ports = existsSync(this.portsPath) ? (JSON.parse(readFileSync(this.portsPath, 'utf8')) as never) : {};
  }

  private get portsPath(): string {
    return path.join(this.directory, 'ports.json');
  }

  /** The configured port as it is; else the one of the last run if it (and the `count` - 1 after it) is still free, else another. */
  async port(name: string, configured?: number, count = 1): Promise<number> {
    if (configured !== undefined) return configured;
    const last = this.ports[name];
    const port = last !== undefined && (await areFree(last, count)) ? last : await findFreePorts(count);
    this.ports[name] = port;
    writeFileSync(this.portsPath, `${JSON.stringify(this.ports, undefined, 2)}\n`);
    return port;
  }

  /** A random secret, made once. */
  secret(name: string): string {
    const file = path.join(this.directory, `${name}-secret`);
    if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
    return readFileSync(file, 'utf8');
  }
}

const areFree = async (first: number, count: number): Promise<boolean> => {
  for (let offset = 0; offset < count; offset++) if (!(await isPortFree(first + offset))) return false;
  return true;
};
