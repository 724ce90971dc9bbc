import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { MessageBus, messageTable } from '@clipfleet/jetstream';
import { LOGGER, type Logger, queueAckPending, queuePending } from '@clipfleet/platform';

const EVERY_MS = 5_000;

/** How much waits in each queue. The API answers for a consumer from its leader: any gateway tells the truth. */
@Injectable()
export class QueueDepth implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(MessageBus) private readonly bus: MessageBus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.read(), EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async read(): Promise<void> {
    try {
      const jsm = await jetstreamManager(this.bus.nc);
      for (const { stream, durable } of messageTable) {
        const info = await jsm.consumers.info(stream, durable);
        queuePending.set({ kind: durable }, info.num_pending);
        queueAckPending.set({ kind: durable }, info.num_ack_pending);
      }
    } catch (error) {
      this.logger.debug({ err: error }, 'the depth of the queues could not be read');
    }
  }
}
