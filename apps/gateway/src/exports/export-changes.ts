import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { LivePublisher, LiveSubscriber, type LiveSubscription } from '@clipfleet/jetstream';
import { isEnded, type MovedExport } from '@clipfleet/ledger';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { Dispatcher } from '../dispatch/dispatcher.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { countAccepted, tellEnded, UNKNOWN_KIND } from '../metrics/export-events.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { LedgerTenantService } from '../tenants/ledger-tenant-service.js';
import type { ChangedExport } from './changed-export.js';
import { ExportCache, LONGEST_UNHEARD_MS } from './export-cache.js';

/** Timers may end a little early by the clock that the cache reads. */
const TIMER_SLACK_MS = 50;

/** Whoever changed an export in the ledger says so here: caches of all gateways, listeners, the relay, logs and metrics. */
@Injectable()
export class ExportChanges implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private subscriptions: LiveSubscription[] = [];

  constructor(
    @Inject(ExportCache) private readonly cache: ExportCache,
    @Inject(LivePublisher) private readonly publisher: LivePublisher,
    @Inject(LiveSubscriber) private readonly subscriber: LiveSubscriber,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LedgerTenantService) private readonly tenants: LedgerTenantService,
  ) {}

  onApplicationBootstrap(): void {
    this.subscriptions = [
      this.subscriber.onExportChanged(({ exportId, fingerprint }) => this.apply(exportId, fingerprint)),
      this.subscriber.followHearing({ onLost: () => this.cache.distrust(), onHeard: () => this.cache.trust() }),
    ];
    this.relay.onMoved((moved) => {
      for (const one of moved) this.moved(one);
    });
    this.relay.onGivenUp((ended) => this.tell(ended));
  }

  onApplicationShutdown(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    this.cache.distrust();
    this.emitter.removeAllListeners();
  }

  /** It is in another state, of which nothing else follows. */
  moved({ id, fingerprint }: MovedExport): void {
    this.broadcast(id, fingerprint);
  }

  /** Call with what a change of the ledger returned, once. */
  tell(record: ChangedExport): void {
    this.broadcast(record.id, record.fingerprint);
    this.relay.signal();
    this.dispatcher.signal();
    if (isEnded(record.state)) void this.tellEnd(record);
  }

  /**
   * Resolves when no gateway tells what was before the last change: each has heard of it, or has kept what it read for as long
   * as that is told. For answers that say a change is done.
   */
  async everywhere(): Promise<void> {
    const waited = new AbortController();
    const expired = delay(LONGEST_UNHEARD_MS + TIMER_SLACK_MS, undefined, { signal: waited.signal }).catch(
      () => undefined,
    );
    await Promise.race([this.publisher.delivered().catch(() => expired), expired]);
    waited.abort();
  }

  /** A new export: nobody can have cached it. */
  accepted(isHeld: boolean, tenantKind: string): void {
    countAccepted(tenantKind);
    if (isHeld) this.dispatcher.oneWaits();
    else this.relay.signal();
  }

  /** Returns the function that ends it. */
  onChange(exportId: string, listener: () => void): () => void {
    this.emitter.on(exportId, listener);
    return () => this.emitter.off(exportId, listener);
  }

  private async tellEnd(record: ChangedExport): Promise<void> {
    const kind = await this.tenants.termsOf(record.tenantId).then(
      (terms) => terms.kind,
      () => UNKNOWN_KIND,
    );
    tellEnded(this.logger, record, kind, this.config);
  }

  private broadcast(exportId: string, fingerprint: string): void {
    this.apply(exportId, fingerprint);
    this.publisher.exportChanged({ kind: 'export.changed', version: 1, exportId, fingerprint });
  }

  private apply(exportId: string, fingerprint: string): void {
    this.cache.drop(exportId, fingerprint);
    this.emitter.emit(exportId);
  }
}
