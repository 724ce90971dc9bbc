import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ClipfleetError, returnableHeaders, workSubject } from '@clipfleet/contracts';
import { OutboxPublisher } from '@clipfleet/jetstream';
import {
  type ExportRecord,
  type MovedExport,
  type OutboxMessage,
  OutboxRepository,
  type PublishedMessage,
  WorkRepository,
} from '@clipfleet/ledger';
import { crashPoint, LOGGER, type Logger } from '@clipfleet/platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { TurnLoop } from '../loop/turn-loop.js';

const BATCH_SIZE = 256;
/** A batch is locked while it is published: a stream that does not answer must not lock it for long. */
const PUBLISH_TIMEOUT_MS = 10_000;

/**
 * Outbox → stream: at once when this process says that it wrote something, and every `outboxPollMs` for what a process that
 * died has left. Any number of gateways do it; each message is locked by one of them while it is on its way, and a second
 * publication of one is dropped by the stream, which knows its id.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: TurnLoop;
  private movedListener: (moved: MovedExport[]) => void = () => undefined;
  private givenUpListener: (ended: ExportRecord) => void = () => undefined;

  constructor(
    @Inject(OutboxRepository) private readonly outbox: OutboxRepository,
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(OutboxPublisher) private readonly publisher: OutboxPublisher,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {
    this.loop = new TurnLoop({ turn: () => this.relayBatch(), failure: 'the outbox could not be relayed', logger });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** The streams are still there then. What is not published stays in the outbox for another gateway, or the next start. */
  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Something was written to the outbox. */
  signal(): void {
    this.loop.wake();
  }

  /** Exports that went from `queued` to `planning` by what was published. */
  onMoved(listener: (moved: MovedExport[]) => void): void {
    this.movedListener = listener;
  }

  onGivenUp(listener: (ended: ExportRecord) => void): void {
    this.givenUpListener = listener;
  }

  /** After a full batch there may be more. */
  private async relayBatch(): Promise<number> {
    const { takenCount, moved } = await this.outbox.publishBatch(BATCH_SIZE, (batch) => this.publish(batch));
    this.movedListener(moved);
    return takenCount < BATCH_SIZE ? this.config.outboxPollMs : 0;
  }

  /** All of a batch in flight at once; those that the stream has are told, the others stay. */
  private async publish(batch: OutboxMessage[]): Promise<PublishedMessage[]> {
    crashPoint('outbox.taken');
    const signal = AbortSignal.any([this.loop.signal, AbortSignal.timeout(PUBLISH_TIMEOUT_MS)]);
    const results = await Promise.allSettled(batch.map((message) => this.publishOne(message, signal)));
    crashPoint('outbox.published');
    const published = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed && published.length === 0) throw failed.reason;
    return published;
  }

  private async publishOne(message: OutboxMessage, signal: AbortSignal): Promise<PublishedMessage> {
    const { id, subject, messageId, payloadJson } = message;
    try {
      const options = { msgId: messageId, signal, headers: headersOf(message) };
      const { streamSequence } = await this.publisher.publishJson(subject, payloadJson, options);
      return { id, streamSequence };
    } catch (error) {
      if (!(error instanceof ClipfleetError) || error.retryable) throw error;
      await this.giveUp(message, error);
      return { id };
    }
  }

  /** A message that no stream takes (it is too large) would block the outbox for ever: its export fails instead. */
  private async giveUp(message: OutboxMessage, error: ClipfleetError): Promise<void> {
    const { exportId, generation, subject } = message;
    this.logger.error({ err: error, exportId, generation, subject }, 'a message cannot be published');
    const { code, details } = error;
    const failure = { code, message: error.message, details, validForMs: this.config.failedWindowMs };
    const ended = await this.work.fail({ exportId, generation }, failure);
    if (ended) this.givenUpListener(ended);
  }
}

/** Work of an export is given back to the ledger, by these. What cleans up belongs to none that waits for it. */
const returnable = new Set<string>(Object.values(workSubject));
returnable.delete(workSubject.cleanup);

const headersOf = ({ subject, headers, deliveryCount, returnCount }: OutboxMessage): Record<string, string> =>
  returnable.has(subject)
    ? {
        ...headers,
        [returnableHeaders.deliveries]: String(deliveryCount),
        [returnableHeaders.returns]: String(returnCount),
      }
    : { ...headers };
