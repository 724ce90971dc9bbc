import { type AppName, heldMemoryEnv, type RunningServer, startApp } from '@clipfleet/local-stack';
import { type Client, ExportFleet } from '@clipfleet/testing';
import type { WatchedProcess } from './memory-watch.js';

/** Beside the five apps of the local stack. */
const MORE_WORKERS: readonly AppName[] = ['planner', 'segment-worker', 'transcode-worker', 'thumb-worker'];

export interface SoakFleetOptions {
  stateDirectory: string;
  tenantCount: number;
  /** Whether Postgres waits for the disk, as in production. */
  durable: boolean;
}

/** Two gateways, two of each worker, and tenants of whom every second one talks to the other gateway. */
export class SoakFleet {
  private constructor(
    readonly fleet: ExportFleet,
    readonly clients: readonly Client[],
    private readonly more: readonly RunningServer[],
  ) {}

  static async start({ stateDirectory, tenantCount, durable }: SoakFleetOptions): Promise<SoakFleet> {
    const env = { CLIPFLEET_SCRATCH_PATH: stateDirectory, ...heldMemoryEnv(stateDirectory) };
    const fleet = await ExportFleet.start({ stateDirectory, durable, env });
    try {
      const gateway = await fleet.startSecondGateway();
      const workers = await Promise.all(
        MORE_WORKERS.map((app) => startApp({ app, name: `${app}-2`, stateDirectory, env: fleet.stack.env })),
      );
      const urls = [fleet.stack.url, gateway.url];
      const clients: Client[] = [];
      for (let n = 0; n < tenantCount; n++) {
        clients.push({ token: await fleet.addTenant(`tenant-${n}`), url: urls[n % urls.length] });
      }
      return new SoakFleet(fleet, clients, [gateway.app, ...workers]);
    } catch (error) {
      // what had been started is known to the stack by its records
      await fleet.close();
      throw error;
    }
  }

  processes(): WatchedProcess[] {
    const { stack } = this.fleet;
    const apps: RunningServer[] = [...stack.apps.values(), ...this.more];
    return [...apps, stack.nats, stack.postgres].map((server) => ({
      name: server.name,
      pid: () => server.process().pid,
      isFamily: server === stack.postgres,
      isApp: apps.includes(server),
    }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.more.map((server) => server.stop()));
    await this.fleet.close();
  }
}
