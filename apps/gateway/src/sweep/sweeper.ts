import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LedgerDatabase } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { StoreRound } from '../cleanup/store-round.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { Clearing } from './clearing.js';
import { Repair } from './repair.js';
import { SweepLoop } from './sweep-loop.js';

const REPAIR_LOCK_KEY = 7_203_441_002;
const CLEARING_LOCK_KEY = 7_203_441_004;

/** Looks after what nothing else would. Repair does not wait for clearing: that asks stores, which may take their time. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops: readonly SweepLoop[];

  constructor(
    @Inject(LedgerDatabase) database: LedgerDatabase,
    @Inject(Repair) repair: Repair,
    @Inject(Clearing) clearing: Clearing,
    @Inject(GATEWAY_CONFIG) { sweepMs: everyMs }: GatewayConfig,
    @Inject(LOGGER) logger: Logger,
  ) {
    const options = { database, everyMs, logger };
    this.loops = [
      new SweepLoop({ ...options, lockKey: REPAIR_LOCK_KEY, steps: () => repair.steps }),
      new SweepLoop({
        ...options,
        lockKey: CLEARING_LOCK_KEY,
        steps: (signal) => clearing.stepsOf(new StoreRound(signal)),
      }),
    ];
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  /** One round of both; false: another gateway has one of them. */
  async sweepOnce(): Promise<boolean> {
    const done = await Promise.all(this.loops.map((loop) => loop.once()));
    return done.every((isDone) => isDone);
  }
}
