import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageBus, readConsumerLoad } from '@clipfleet/jetstream';
import { DispatchRepository } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { TurnLoop } from '../loop/turn-loop.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import type { DispatchedKind } from './dispatched-kinds.js';
import { LookPace } from './look-pace.js';
import { WorkRelease } from './work-release.js';

/** Workers start and take work without telling: so often, while something waits, the queues are looked at. */
const LOOK_EVERY_MS = 200;

/**
 * Ledger → outbox: lets so much of the work that waits into the streams as the fleet will begin next, tenants by turns. It is
 * done at once when this process says that something waits or has ended, and now and then for what nobody says. Any number
 * of gateways do it, one at a time.
 */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: TurnLoop;
  private readonly release: WorkRelease;
  private readonly pace = new LookPace();
  private nextLook?: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DispatchRepository) dispatch: DispatchRepository,
    @Inject(MessageBus) bus: MessageBus,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) logger: Logger,
  ) {
    const { assumedSlots } = config;
    const loadOf = (kind: DispatchedKind) => readConsumerLoad(bus.nc, kind);
    const nowMs = () => performance.now();
    this.release = new WorkRelease({ dispatch, loadOf, assumedSlots, limits: config, nowMs });
    const failure = 'work that waits could not be dispatched';
    this.loop = new TurnLoop({ turn: () => this.releaseOnce(), failure, logger });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.nextLook);
    return this.loop.stop();
  }

  /** One more export waits. */
  oneWaits(): void {
    if (this.nextLook) return;
    const restMs = this.pace.nextInMs(performance.now());
    if (restMs <= 0) return this.signal();
    this.nextLook = setTimeout(() => {
      this.nextLook = undefined;
      this.signal();
    }, restMs);
  }

  /** There may be room for what waits, or there is more of it. */
  signal(): void {
    this.loop.wake();
  }

  private async releaseOnce(): Promise<number> {
    this.pace.began(performance.now());
    const released = await this.release.releaseOnce();
    this.pace.ended(released);
    if (released === undefined) return this.config.outboxPollMs;
    if (released > 0) this.relay.signal();
    return LOOK_EVERY_MS;
  }
}
