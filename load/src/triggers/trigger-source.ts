import type { RunningPrometheus, ScalingTrigger } from '@clipfleet/deploy';
import { readLag } from './lag.js';
import { queryValue } from './query-value.js';

/** Where triggers find their numbers: in a cluster the addresses of their manifests, here what runs on this machine. */
export class TriggerSource {
  /** Readings that failed, by trigger's type. */
  readonly failures = new Map<ScalingTrigger['type'], number>();

  constructor(
    private readonly natsMonitoringUrl: string,
    private readonly prometheus: RunningPrometheus,
  ) {}

  /** Undefined where the source does not answer, which KEDA takes for an error of the scaler. */
  async read(trigger: ScalingTrigger): Promise<number | undefined> {
    try {
      return trigger.type === 'nats-jetstream'
        ? await readLag(this.natsMonitoringUrl, trigger)
        : queryValue(await this.prometheus.query(trigger.query), trigger);
    } catch {
      this.failures.set(trigger.type, (this.failures.get(trigger.type) ?? 0) + 1);
      return undefined;
    }
  }
}
