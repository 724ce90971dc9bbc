import { setTimeout as delay } from 'node:timers/promises';
import type { ScalingSpec, ScalingTrigger } from '@clipfleet/deploy';
import { Activation } from '../autoscaling/activation.js';
import { MetricWithFallback } from '../autoscaling/fallback.js';
import { HorizontalAutoscaler, SYNC_PERIOD_S } from '../autoscaling/horizontal-autoscaler.js';
import type { SimClock } from './sim-clock.js';

/** What is scaled. */
export interface ScaleTarget {
  readonly wanted: number;
  scaleTo(count: number): void;
}

/** One ScaledObject at work: KEDA polls its triggers, and the HPA syncs beside it, each in its own time. */
export class Scaler {
  /** As last read, by the trigger's name; for the picture. */
  readonly readings = new Map<string, number | undefined>();
  private readonly activation: Activation;
  private readonly autoscaler: HorizontalAutoscaler;
  private readonly metrics: MetricWithFallback[];

  constructor(
    readonly spec: ScalingSpec,
    private readonly target: ScaleTarget,
    private readonly read: (trigger: ScalingTrigger) => Promise<number | undefined>,
    private readonly clock: SimClock,
  ) {
    this.activation = new Activation(spec);
    this.autoscaler = new HorizontalAutoscaler(spec);
    this.metrics = spec.triggers.map(({ target: each }) => new MetricWithFallback(each, spec.fallback));
  }

  /** Until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.every(this.spec.pollingS, () => this.poll(), signal),
      this.every(SYNC_PERIOD_S, () => this.sync(), signal),
    ]);
  }

  private async poll(): Promise<void> {
    const values = await this.readAll();
    const polls = this.spec.triggers.map(({ activation }, n) => ({ value: values[n], activation }));
    this.target.scaleTo(this.activation.poll(this.clock.nowS(), this.target.wanted, polls));
  }

  private async sync(): Promise<void> {
    // the HPA does not even ask for the metrics of what has no pods
    if (this.target.wanted === 0) return;
    const values = await this.readAll();
    const current = this.target.wanted;
    const readings = this.metrics.map((metric, n) => metric.reading(values[n], current));
    this.target.scaleTo(this.autoscaler.sync(this.clock.nowS(), current, readings));
  }

  private async readAll(): Promise<(number | undefined)[]> {
    const values = await Promise.all(this.spec.triggers.map((trigger) => this.read(trigger)));
    for (const [n, { name }] of this.spec.triggers.entries()) this.readings.set(name, values[n]);
    return values;
  }

  /** From the end of one turn to the start of the next. */
  private async every(periodS: number, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await work();
      await delay(this.clock.realMs(periodS), undefined, { signal }).catch(() => undefined);
    }
  }
}
