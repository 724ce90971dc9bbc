import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  findPrometheus,
  readScalingSpecs,
  renderOverlay,
  type RunningPrometheus,
  startPrometheus,
} from '@clipfleet/deploy';
import { unlessAborted } from '@clipfleet/local-stack';
import { type Client, ExportFleet, type KindName, type Outcome } from '@clipfleet/testing';
import type { Deployment } from '../cluster/deployment.js';
import { playLoad } from '../jobs/play-load.js';
import { loadKinds, seededLoad } from '../jobs/seeded-load.js';
import { makeReferences } from '../jobs/references.js';
import { verifyAll } from '../jobs/verify.js';
import { TriggerSource } from '../triggers/trigger-source.js';
import { deploymentsOf } from './cluster.js';
import { Recorder, type Sample } from './recorder.js';
import { Scaler } from './scaler.js';
import { SimClock } from './sim-clock.js';

export interface ScaleSimOptions {
  jobCount: number;
  /** The cluster's clock against the machine's. */
  speed: number;
  seed: number;
  /** Pods that fit on this machine; the others are pending. */
  podCapacity: number;
  /** Default: all of the mix. */
  kindNames?: readonly KindName[];
  /** Of this run alone. The caller removes it. */
  stateDirectory: string;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

export interface ScaleSimResult {
  samples: Sample[];
  jobCount: number;
  /** Lines; none when nothing was lost and every output is right. */
  problems: string[];
  /** What happened to pods that should not. */
  podFaults: string[];
  /** Readings without an answer, by the trigger's type. */
  failedReadings: Record<string, number>;
}

const TENANT_COUNT = 5;
/** The whole load comes within it. */
const LOAD_MS = 5_000;
const SCRAPE_S = 15;
const SAMPLE_MS = 500;

/** A burst of exports on a fleet that sleeps, scaled by what its manifests say, until it sleeps again. */
export const runScaleSim = async (options: ScaleSimOptions): Promise<ScaleSimResult> => {
  const { stateDirectory, signal, onProgress } = options;
  // one for each export that is waited for
  setMaxListeners(0, signal);
  const binary = findPrometheus('prometheus');
  const manifests = renderOverlay('production');
  const specs = readScalingSpecs(manifests);
  onProgress('starting Postgres, NATS and a gateway');
  const env = { CLIPFLEET_SCRATCH_PATH: stateDirectory };
  const fleet = await ExportFleet.start({ stateDirectory, apps: ['gateway'], durable: false, env });
  // the manifests' streams are of three servers
  const podEnv = { ...fleet.stack.env, CLIPFLEET_NATS_REPLICAS: '1' };
  const { podCapacity } = options;
  const deployments = deploymentsOf({ manifests, specs, stateDirectory, env: podEnv, podCapacity });
  let prometheus: RunningPrometheus | undefined;
  try {
    signal.throwIfAborted();
    prometheus = await startPrometheus({ binary, stateDirectory, configuration: scrapeOf(fleet, options.speed) });
    const { monitoringUrl } = fleet.stack.nats;
    const source = new TriggerSource(monitoringUrl, prometheus);
    const clock = new SimClock(options.speed);
    const scalers = new Map(
      specs.map((spec) => {
        const target = deployments.get(spec.target)!;
        return [spec.target, new Scaler(spec, target, (trigger) => source.read(trigger), clock)];
      }),
    );
    const simulation = new Simulation(options, fleet, deployments, scalers);
    return { ...(await simulation.run()), failedReadings: Object.fromEntries(source.failures) };
  } finally {
    onProgress('stopping');
    await Promise.all([...deployments.values()].map((deployment) => deployment.stop()));
    await prometheus?.stop();
    await fleet.close();
  }
};

/** The gateway, with the labels that a PodMonitor in the fleet's namespace gives. */
const scrapeOf = ({ stack }: ExportFleet, speed: number): Record<string, unknown> => ({
  global: { scrape_interval: `${Math.ceil((SCRAPE_S * 1000) / speed)}ms` },
  scrape_configs: [
    {
      job_name: 'clipfleet',
      honor_labels: true,
      static_configs: [
        {
          targets: [new URL(stack.app('gateway').opsUrl).host],
          labels: { app: 'gateway', namespace: 'clipfleet', pod: 'gateway-1' },
        },
      ],
    },
  ],
});

class Simulation {
  private readonly clients: Client[] = [];

  constructor(
    private readonly options: ScaleSimOptions,
    private readonly fleet: ExportFleet,
    private readonly deployments: ReadonlyMap<string, Deployment>,
    private readonly scalers: ReadonlyMap<string, Scaler>,
  ) {}

  async run(): Promise<Omit<ScaleSimResult, 'failedReadings'>> {
    const { fleet, options } = this;
    const { signal, onProgress, jobCount, seed, kindNames } = options;
    for (let n = 0; n < TENANT_COUNT; n++) {
      this.clients.push({ token: await fleet.addTenant(`tenant-${n}`), url: fleet.stack.url });
    }
    onProgress('one export of each kind, undisturbed');
    const references = await unlessAborted(this.references(), signal);
    const jobs = seededLoad({ seed, jobCount, tenantCount: TENANT_COUNT, overMs: LOAD_MS, kindNames });
    const recorder = new Recorder(fleet, this.deployments, this.scalers, SAMPLE_MS);
    const stopping = new AbortController();
    const running = [...this.scalers.values()].map((scaler) => scaler.run(stopping.signal));
    const recording = recorder.run(stopping.signal);
    try {
      await this.untilAsleep();
      await recorder.begin();
      onProgress(`${jobCount} exports within ${LOAD_MS / 1000} s`);
      const requests = await playLoad(fleet, this.clients, jobs, signal);
      await this.untilDone(recorder);
      stopping.abort();
      await Promise.all([...running, recording]);
      await recorder.end();
      onProgress('verifying every output');
      const problems = await verifyAll(fleet, requests, references, { concurrency: 2, removes: false, signal });
      const podFaults = [...this.deployments.values()].flatMap(({ faults }) => faults);
      return { samples: recorder.samples, jobCount, problems, podFaults };
    } finally {
      stopping.abort();
      await Promise.allSettled([...running, recording]);
    }
  }

  /** By one pod of each, before anything scales. */
  private async references(): Promise<Map<KindName, Outcome>> {
    for (const deployment of this.deployments.values()) deployment.scaleTo(1);
    return makeReferences(this.fleet, this.clients[0], this.options.kindNames ?? loadKinds);
  }

  /** As their manifests have it at rest. */
  private async untilAsleep(): Promise<void> {
    const { signal, onProgress } = this.options;
    onProgress('waiting until all that may sleep sleeps');
    while (!signal.aborted && !this.isAsleep()) await delay(SAMPLE_MS, undefined, { signal });
  }

  private async untilDone(recorder: Recorder): Promise<void> {
    const { signal, onProgress, jobCount } = this.options;
    let told = '';
    for (;;) {
      const { unfinished } = await recorder.take();
      const text = `${unfinished} of ${jobCount} unfinished; pods: ${this.podsText()}`;
      if (text !== told) onProgress((told = text));
      if (unfinished === 0 && this.isAsleep()) return;
      await delay(SAMPLE_MS, undefined, { signal });
    }
  }

  private isAsleep(): boolean {
    return [...this.deployments.values()].every((deployment) => {
      const { wanted, ready, pending, terminating } = deployment.counts();
      const least = this.scalers.get(deployment.name)!.spec.minReplicas;
      return wanted === least && ready === least && pending + terminating === 0;
    });
  }

  private podsText(): string {
    return [...this.deployments].map(([name, { wanted }]) => `${name} ${wanted}`).join(', ');
  }
}
