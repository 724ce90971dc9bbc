import { Inject, Injectable } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { MessageBus } from '@clipfleet/jetstream';
import {
  forgetGauge,
  jetstreamAssets,
  jetstreamStorageBytes,
  jetstreamStorageLimitBytes,
  LOGGER,
  type Logger,
  natsRoundTripSeconds,
} from '@clipfleet/platform';
import { ReadGauges } from './read-gauges.js';

const EVERY_MS = 5_000;

/** How far NATS is, and how much of what the fleet may store there is taken. */
@Injectable()
export class NatsGauges extends ReadGauges {
  constructor(
    @Inject(MessageBus) private readonly bus: MessageBus,
    @Inject(LOGGER) logger: Logger,
  ) {
    const gauges = [natsRoundTripSeconds, jetstreamStorageBytes, jetstreamStorageLimitBytes, jetstreamAssets];
    super({ gauges, everyMs: EVERY_MS, logger });
  }

  override async read(): Promise<void> {
    const askedAtMs = performance.now();
    // a ping and its pong, as rtt() is, which counts whole milliseconds
    await this.bus.nc.flush();
    natsRoundTripSeconds.set((performance.now() - askedAtMs) / 1000);
    const { storage, streams, consumers, limits } = await (await jetstreamManager(this.bus.nc)).getAccountInfo();
    jetstreamStorageBytes.set(storage);
    // -1: as much as the servers have, which they tell nobody here
    if (limits.max_storage < 0) forgetGauge(jetstreamStorageLimitBytes);
    else jetstreamStorageLimitBytes.set(limits.max_storage);
    jetstreamAssets.set({ sort: 'streams' }, streams);
    jetstreamAssets.set({ sort: 'consumers' }, consumers);
  }
}
