import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@clipfleet/platform';

/** Gauges that are read again and again. What fails is tried at the next turn: a gauge keeps the value it had. */
export abstract class ReadGauges implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  protected constructor(
    private readonly everyMs: number,
    private readonly logger: Logger,
  ) {}

  abstract read(): Promise<void>;

  onApplicationBootstrap(): void {
    const turn = (): void => {
      this.read().catch((err: unknown) => this.logger.debug({ err }, 'a gauge could not be read'));
    };
    this.timer = setInterval(turn, this.everyMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
