import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { workSubject } from '@clipfleet/contracts';
import { MessageBus, readConsumerLoad } from '@clipfleet/jetstream';
import { DispatchRepository, type HeldWork } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { TurnLoop } from '../loop/turn-loop.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { type DispatchedKind, dispatchedKinds, dispatchedSubjects } from './dispatched-kinds.js';
import { roomInQueue } from './ready-window.js';

/** Workers start and take work without telling: so often, while something waits, the queues are looked at. */
const LOOK_EVERY_MS = 200;

/** A burst of new exports is looked at so often, not once for each: a look is a transaction of several statements. */
const LOOK_AT_MOST_EVERY_MS = 20;

/**
 * Ledger → outbox: lets so much of the work that waits into the streams as the fleet will begin next, tenants by turns. It is
 * done at once when this process says that something waits or has ended, and now and then for what nobody says. Any number
 * of gateways do it, one at a time.
 */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: TurnLoop;
  private lookedAtMs = -Infinity;
  private nextLook?: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DispatchRepository) private readonly dispatch: DispatchRepository,
    @Inject(MessageBus) private readonly bus: MessageBus,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) logger: Logger,
  ) {
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
    const restMs = this.lookedAtMs + LOOK_AT_MOST_EVERY_MS - performance.now();
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
    this.lookedAtMs = performance.now();
    const subjects = await this.dispatch.waitingSubjects(dispatchedSubjects);
    const kinds = dispatchedKinds.filter((kind) => subjects.includes(workSubject[kind]));
    if (kinds.length === 0) return this.config.outboxPollMs;
    const released = await this.dispatch.exclusively(async (held) => {
      let count = 0;
      for (const kind of kinds) count += await this.release(kind, held);
      return count;
    });
    if (released > 0) this.relay.signal();
    return LOOK_EVERY_MS;
  }

  private async release(kind: DispatchedKind, held: HeldWork): Promise<number> {
    const subject = workSubject[kind];
    const load = await readConsumerLoad(this.bus.nc, kind);
    const room = roomInQueue(load, this.config.assumedSlots) - (await held.onTheirWay(subject));
    if (room <= 0) return 0;
    return kind === 'plan' ? held.releasePlans(room, this.config) : held.releaseTasks(subject, room);
  }
}
