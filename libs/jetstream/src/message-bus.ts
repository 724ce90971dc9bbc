import { type Logger, natsReconnectsTotal } from '@clipfleet/platform';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats, inboxPrefixOf } from './connect-nats.js';
import { EndedExports } from './ended-exports.js';
import { EventPublisher } from './event-publisher.js';
import { LivePublisher, LiveSubscriber } from './live-subjects.js';
import { OutboxPublisher } from './outbox-publisher.js';
import { ProgressPublisher } from './progress-publisher.js';
import { Questions } from './questions.js';
import type { SubjectRow } from './message-table.js';
import { ensureTopology, recreateConsumer, type TopologyOptions } from './topology.js';

export interface MessageBusOptions {
  natsUrl: string;
  /** The app's name. */
  name: string;
  logger: Logger;
  topology?: Partial<TopologyOptions>;
}

export const BUS_CLOSE_MS = 2_000;

/** A process's one connection to NATS and all that speaks through it. */
export class MessageBus {
  readonly outbox: OutboxPublisher;
  readonly events: EventPublisher;
  readonly progress: ProgressPublisher;
  readonly live: LivePublisher;
  readonly subscriber: LiveSubscriber;
  readonly ended: EndedExports;
  readonly questions: Questions;
  private readonly reconnectListeners = new Set<() => void>();
  private connected = true;
  private closing = false;

  private constructor(
    readonly nc: NatsConnection,
    readonly js: JetStreamClient,
    readonly topology: Partial<TopologyOptions>,
    readonly logger: Logger,
    /** Below it this process is answered. */
    readonly inboxPrefix: string,
  ) {
    this.outbox = new OutboxPublisher(nc, js);
    this.events = new EventPublisher(this.outbox);
    this.questions = new Questions(nc, this.outbox);
    this.progress = new ProgressPublisher((subject, data) => void (nc.isClosed() || nc.publish(subject, data)));
    this.live = new LivePublisher(nc);
    this.subscriber = new LiveSubscriber(nc, logger);
    this.ended = new EndedExports(js, logger);
    this.onReconnect(() => void this.ended.resume());
    void this.followStatus();
  }

  /** Connected, with streams, consumers and bucket there. */
  static async connect(options: MessageBusOptions): Promise<MessageBus> {
    const { logger } = options;
    const nc = await connectNats({ url: options.natsUrl, name: options.name, logger });
    try {
      await ensureTopology(nc, options.topology);
    } catch (error) {
      await nc.close();
      throw error;
    }
    return new MessageBus(nc, jetstream(nc), options.topology ?? {}, logger, inboxPrefixOf(options.name));
  }

  /** After the connection was lost and is there again, and the streams are: requests that were open then are gone. */
  onReconnect(listener: () => void): void {
    this.reconnectListeners.add(listener);
  }

  /** For /readyz. */
  assertConnected(): void {
    if (this.nc.isClosed() || !this.connected) throw new Error('not connected to NATS');
  }

  /** For /healthz: a connection that is lost comes back, one that is closed does not, and then nobody pulls any more. */
  assertOpen(): void {
    if (this.nc.isClosed() && !this.closing) throw new Error('the connection to NATS is closed for good');
  }

  /** Streams and consumers again, if someone removed them. */
  repairTopology(): Promise<void> {
    return ensureTopology(this.nc, this.topology);
  }

  /** For a consumer whose state a crash of the server has spoiled. What was delivered and is not settled comes again. */
  recreateConsumer(row: SubjectRow): Promise<void> {
    return recreateConsumer(this.nc, row, this.topology);
  }

  /** Sends what waits and closes. Bounded in time: with the server away there is nothing to wait for. */
  async close(): Promise<void> {
    this.closing = true;
    if (this.nc.isClosed()) return;
    this.progress.close();
    this.ended.stop();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, BUS_CLOSE_MS)));
    await Promise.race([this.nc.drain().catch(() => undefined), timeout]);
    clearTimeout(timer);
    if (!this.nc.isClosed()) await this.nc.close();
  }

  private async followStatus(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type === 'disconnect') {
        this.connected = false;
        this.logger.warn('the connection to NATS is lost');
      } else if (status.type === 'reconnect') {
        this.connected = true;
        natsReconnectsTotal.inc();
        this.logger.info('connected to NATS again');
        void this.recover();
      } else if (status.type === 'error') {
        this.logger.error({ err: status.error }, 'the NATS server tells an error');
      }
    }
  }

  /** The server may have lost its streams with its disk. 2.9 does not answer a pull from one that is not there. */
  private async recover(): Promise<void> {
    await this.repairTopology().catch((error: unknown) => {
      if (!this.nc.isClosed()) this.logger.warn({ err: error }, 'the streams could not be looked at after a reconnect');
    });
    for (const listener of this.reconnectListeners) listener();
  }
}
