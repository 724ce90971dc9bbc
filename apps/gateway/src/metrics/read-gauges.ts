import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { forgetGauge, type Gauge, type Logger } from '@clipfleet/platform';

/** So many turns a gauge keeps what was read last. */
const TURNS_KEPT = 3;

export interface ReadGaugesOptions {
  /** What is read. They have no series before the first read. */
  gauges: readonly Gauge[];
  everyMs: number;
  logger: Logger;
  /** Of a clock that is never set. */
  nowMs?: () => number;
}

/**
 * Gauges that are read again and again, one read at a time. What fails, or hangs, is told a few turns longer as it was, and then not at
 * all: of many gateways that tell the same thing one that is cut off would else be believed for ever.
 */
export abstract class ReadGauges implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly nowMs: () => number;
  private timer?: NodeJS.Timeout;
  private isReading = false;
  private readAtMs = -Infinity;

  protected constructor(private readonly options: ReadGaugesOptions) {
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.forget();
  }

  abstract read(): Promise<void>;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.turn(), this.options.everyMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Never throws. */
  async turn(): Promise<void> {
    if (!this.isReading) {
      this.isReading = true;
      await this.tryRead().finally(() => (this.isReading = false));
    }
    if (this.nowMs() - this.readAtMs >= TURNS_KEPT * this.options.everyMs) this.forget();
  }

  private async tryRead(): Promise<void> {
    try {
      await this.read();
      this.readAtMs = this.nowMs();
    } catch (err) {
      this.options.logger.debug({ err }, 'a gauge could not be read');
    }
  }

  private forget(): void {
    for (const gauge of this.options.gauges) forgetGauge(gauge);
  }
}
