import { setTimeout as delay } from 'node:timers/promises';
import type { ExportFleet } from '@clipfleet/testing';
import type { Deployment, PodCounts } from '../cluster/deployment.js';
import type { Scaler } from './scaler.js';

export interface PoolSample extends PodCounts {
  /** Of the trigger on JetStream and of the one on Prometheus, as last read. */
  lag: number | undefined;
  workS: number | undefined;
}

export interface Sample {
  /** Since the load began. */
  atS: number;
  /** Exports that were accepted and have not ended. */
  unfinished: number;
  pools: Record<string, PoolSample>;
}

/** Looks at the whole of it again and again, for the picture. */
export class Recorder {
  readonly samples: Sample[] = [];
  private beganMs: number | undefined;

  constructor(
    private readonly fleet: ExportFleet,
    private readonly deployments: ReadonlyMap<string, Deployment>,
    private readonly scalers: ReadonlyMap<string, Scaler>,
    private readonly everyMs: number,
  ) {}

  /** The load begins now: what was before is not in the picture. */
  async begin(): Promise<void> {
    this.beganMs = performance.now();
    this.samples.push(await this.take());
  }

  /** The last look, when nothing changes any more: that of a turn may be older than the end. */
  async end(): Promise<void> {
    this.samples.push(await this.take());
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.samples.length > 0) this.samples.push(await this.take());
      await delay(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async take(): Promise<Sample> {
    const atS = (performance.now() - (this.beganMs ?? NaN)) / 1000;
    const [{ unfinished }] = await this.fleet.query<{ unfinished: number }>(
      'SELECT count(*)::int AS unfinished FROM export WHERE ended_at IS NULL',
    );
    const pools = [...this.deployments].map(([name, deployment]): [string, PoolSample] => {
      const { readings } = this.scalers.get(name)!;
      return [name, { ...deployment.counts(), lag: readings.get('lag'), workS: readings.get('work') }];
    });
    return { atS, unfinished, pools: Object.fromEntries(pools) };
  }
}
