import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ReturnedWorkRepository } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { TurnLoop } from '../loop/turn-loop.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { Dispatcher } from './dispatcher.js';

const BATCH_SIZE = 256;

/**
 * Sends work again that was given back, when it is due. Any number of gateways do it; each piece is sent by one of them. Between
 * two turns it sleeps until the next is due, as far as it knows of it.
 */
@Injectable()
export class ReturnedWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: TurnLoop;

  constructor(
    @Inject(ReturnedWorkRepository) private readonly returned: ReturnedWorkRepository,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) logger: Logger,
  ) {
    const failure = 'work that was given back could not be sent again';
    this.loop = new TurnLoop({ turn: () => this.sendDue(), failure, logger });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Something was given back. */
  signal(): void {
    this.relay.signal();
    this.loop.wake();
  }

  private async sendDue(): Promise<number> {
    const { outboxPollMs } = this.config;
    const nextMs = await this.returned.nextDueInMs();
    if (nextMs === undefined) return outboxPollMs;
    if (nextMs > 0) return Math.min(nextMs, outboxPollMs);
    const { sentCount, heldCount } = await this.returned.sendDue(BATCH_SIZE);
    if (sentCount > 0) this.relay.signal();
    if (heldCount > 0) this.dispatcher.signal();
    // 0: another gateway has them, and is about to commit
    return sentCount + heldCount > 0 ? 0 : outboxPollMs;
  }
}
