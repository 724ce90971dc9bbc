import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventEmitter } from 'node:events';
import { LivePublisher, LiveSubscriber, type LiveSubscription } from '@clipfleet/jetstream';
import { type ExportRecord, isEnded } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { Dispatcher } from '../dispatch/dispatcher.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { tellEnded } from '../metrics/export-events.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { ExportCache } from './export-cache.js';

/** Whoever changed an export in the ledger says so here: caches of all gateways, listeners, the relay, logs and metrics. */
@Injectable()
export class ExportChanges implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private subscription?: LiveSubscription;

  constructor(
    @Inject(ExportCache) private readonly cache: ExportCache,
    @Inject(LivePublisher) private readonly publisher: LivePublisher,
    @Inject(LiveSubscriber) private readonly subscriber: LiveSubscriber,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.subscription = this.subscriber.onExportChanged(({ exportId }) => this.apply(exportId));
    this.relay.onMoved((moved) => {
      for (const { id, fingerprint } of moved) this.broadcast(id, fingerprint);
    });
    this.relay.onGivenUp((ended) => this.tell(ended));
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
    this.emitter.removeAllListeners();
  }

  /** Call with what a change of the ledger returned, once. */
  tell(record: ExportRecord): void {
    this.broadcast(record.id, record.fingerprint);
    this.relay.signal();
    this.dispatcher.signal();
    if (isEnded(record.state)) tellEnded(this.logger, record, this.config.exportSloMs);
  }

  /** A new export: nobody can have cached it. */
  accepted(isHeld: boolean): void {
    if (isHeld) this.dispatcher.signal();
    else this.relay.signal();
  }

  /** Returns the function that ends it. */
  onChange(exportId: string, listener: () => void): () => void {
    this.emitter.on(exportId, listener);
    return () => this.emitter.off(exportId, listener);
  }

  private broadcast(exportId: string, fingerprint: string): void {
    this.apply(exportId);
    this.publisher.exportChanged({ kind: 'export.changed', version: 1, exportId, fingerprint });
  }

  private apply(exportId: string): void {
    this.cache.drop(exportId);
    this.emitter.emit(exportId);
  }
}
