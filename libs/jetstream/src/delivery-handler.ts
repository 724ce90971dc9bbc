import {
  crashPoint,
  currentTraceId,
  deadLetters,
  type Logger,
  queueWaitSeconds,
  taskDurationSeconds,
  taskRedeliveriesTotal,
  tasksInFlight,
  tellError,
  withConsumerSpan,
  withLoggedWork,
} from '@clipfleet/platform';
import { attemptReport, deliveredTooOften } from './attempt-report.js';
import { type Delivery, MESSAGE_ID } from './delivery.js';
import type { EndedExports } from './ended-exports.js';
import type { EventPublisher } from './event-publisher.js';
import { CONTENT_ENCODING, decodeMessage } from './message-codec.js';
import type { StreamMessage, SubjectRow } from './message-table.js';
import type { RunningMessage, RunningWork } from './running-work.js';
import { type AbortCause, settle, type Settlement, type SettleInput } from './settlement.js';
import { WorkAborted } from './work-abort.js';
import type { WorkContext } from './work-context.js';

/** A process that ends does not wait longer for a stream that is away: its work comes back by itself. */
const LAST_RETURN_MS = 2_000;

export type MessageHandler = (message: unknown, context: WorkContext) => Promise<unknown>;

export interface DeliveryHandlerOptions {
  row: SubjectRow;
  handler: MessageHandler;
  running: RunningWork;
  ended: EndedExports;
  events: EventPublisher;
  heartbeatMs: number;
  /** Processes that may die of a piece of work. */
  maxDeaths: number;
  logger: Logger;
}

/** One delivery from decoding to settlement: validates, heartbeats, runs the handler, reports a failed attempt, settles. */
export class DeliveryHandler {
  constructor(private readonly options: DeliveryHandlerOptions) {}

  /** Never throws: what cannot be settled now is delivered again after ack_wait. */
  async handle(delivery: Delivery): Promise<void> {
    const { row, logger } = this.options;
    if (delivery.isRedelivered) taskRedeliveriesTotal.inc({ kind: row.durable });
    try {
      const message = await this.decode(delivery);
      if (message) await this.handleMessage(delivery, message);
    } catch (error) {
      logger.error({ err: error, subject: row.subject }, 'a message could not be settled; it will be delivered again');
    }
  }

  /** What was not begun. Never throws, as above. */
  async handBack(delivery: Delivery): Promise<void> {
    try {
      const message = await this.decode(delivery);
      if (message) await this.giveBack(delivery, message, 0, AbortSignal.timeout(LAST_RETURN_MS));
    } catch (error) {
      this.options.logger.debug({ err: error }, 'a message could not be handed back; it will be delivered again');
    }
  }

  private async decode(delivery: Delivery): Promise<StreamMessage | undefined> {
    const { row, logger } = this.options;
    try {
      const decoded = await decodeMessage(delivery.data, delivery.headers?.get(CONTENT_ENCODING) || undefined);
      return row.schema.parse(decoded);
    } catch (error) {
      const { streamSequence } = delivery;
      logger.error({ err: error, subject: row.subject, streamSequence }, 'a message is not valid and was taken out');
      deadLetters.inc({ kind: row.durable, reason: 'invalid' });
      await delivery.term();
      return undefined;
    }
  }

  private handleMessage(delivery: Delivery, message: StreamMessage): Promise<void> {
    const { row } = this.options;
    const { exportId, generation, taskIndex } = message;
    const logged = { exportId, generation, subject: row.subject, deliveryCount: delivery.deliveryCount };
    const carrier = delivery.headers ?? noHeaders;
    const attributes = {
      'messaging.consumer.group.name': row.durable,
      'messaging.message.body.size': delivery.data.length,
      'messaging.message.id': carrier.get(MESSAGE_ID),
      'clipfleet.export_id': exportId,
      'clipfleet.generation': generation,
      'clipfleet.task_index': taskIndex,
      'clipfleet.delivery_count': delivery.deliveryCount,
    };
    return withLoggedWork(taskIndex === undefined ? logged : { ...logged, taskIndex }, () =>
      withConsumerSpan({ name: row.subject }, carrier, attributes, async (span) => {
        tellWait(row.durable, delivery);
        const settlement = await this.run(delivery, message);
        span.setAttribute('clipfleet.outcome', settlement.outcome);
        if (settlement.attemptError) tellError(span, settlement.attemptError);
      }),
    );
  }

  private async run(delivery: Delivery, message: StreamMessage): Promise<Settlement> {
    const { row, running, heartbeatMs, ended, logger } = this.options;
    const heartbeat = setInterval(() => delivery.working(), heartbeatMs);
    const { voidWhenEnded } = row;
    const entry: RunningMessage = { delivery, message, voidWhenEnded, abort: new AbortController(), heartbeat };
    running.add(entry);
    tasksInFlight.inc({ kind: row.durable });
    const stopTimer = taskDurationSeconds.startTimer({ kind: row.durable });
    try {
      // after `add`: an export that ends from here on aborts the signal
      if (voidWhenEnded && ended.isEnded(message.exportId, message.generation)) {
        entry.abort.abort(new WorkAborted('ended'));
      }
      const settlement = await this.callHandler(entry);
      const durationMs = Math.round(stopTimer({ outcome: settlement.outcome }) * 1000);
      const settled = await this.finish(entry, settlement);
      logger.info({ outcome: settled.outcome, durationMs }, `${row.durable}: ${settled.outcome}`);
      return settled;
    } finally {
      clearInterval(heartbeat);
      tasksInFlight.dec({ kind: row.durable });
      running.remove(entry);
    }
  }

  private async callHandler(entry: RunningMessage): Promise<Settlement> {
    const { handler } = this.options;
    const { deliveryCount, streamSequence } = entry.delivery;
    const attemptNumber = streamSequence + deliveryCount;
    const { signal } = entry.abort;
    let result: SettleInput['result'];
    try {
      signal.throwIfAborted();
      if (this.isGivenUp(entry.delivery)) throw deliveredTooOften(deliveryCount);
      result = { kind: 'returned', value: await handler(entry.message, { deliveryCount, attemptNumber, signal }) };
    } catch (error) {
      result = { kind: 'threw', error };
    }
    return settle({ result, abortCause: abortCauseOf(signal), deliveryCount, random: Math.random() });
  }

  private isGivenUp({ returnableId, unsettledCount, deliveryCount }: Delivery): boolean {
    const { row, maxDeaths } = this.options;
    return returnableId === undefined ? deliveryCount >= row.maxDeliveries : unsettledCount >= maxDeaths;
  }

  private async finish(entry: RunningMessage, settlement: Settlement): Promise<Settlement> {
    const { delivery, abort } = entry;
    try {
      if (settlement.attemptError) await this.tellAttempt(entry, settlement);
    } catch (error) {
      if (!abort.signal.aborted) throw error;
      // the stream was away until the export ended or the process: settle as that asks for, there is nobody to tell
      const { deliveryCount } = delivery;
      const result = { kind: 'threw' as const, error };
      settlement = settle({ result, abortCause: abortCauseOf(abort.signal), deliveryCount, random: 0 });
    }
    if (settlement.action === 'return') {
      const signal = abort.signal.aborted ? AbortSignal.timeout(LAST_RETURN_MS) : abort.signal;
      await this.giveBack(delivery, entry.message, settlement.delayMs, signal);
    } else {
      clearInterval(entry.heartbeat);
      await (settlement.action === 'ack' ? delivery.ack() : delivery.term());
    }
    return settlement;
  }

  /**
   * What the ledger sent waits there for its next try, and is settled here when the stream has the word of it: who dies in between
   * does it once more, and the ledger knows the message that it has heard of. Anything else waits in the stream.
   */
  private async giveBack(
    delivery: Delivery,
    { exportId, generation }: StreamMessage,
    delayMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { returnableId: messageId, deliveryCount } = delivery;
    if (messageId === undefined) return delivery.nak(delayMs);
    const ids = { kind: 'work.returned', version: 1, exportId, generation } as const;
    const returned = { ...ids, messageId, deliveryCount, delayMs: Math.round(delayMs) };
    try {
      await this.options.events.workReturned(returned, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return delivery.nak(0);
    }
    crashPoint('return.told');
    await delivery.ack();
  }

  private async tellAttempt(entry: RunningMessage, settlement: Settlement): Promise<void> {
    const { row, events, logger } = this.options;
    const { attemptError: error, outcome, delayMs } = settlement;
    if (!error) return;
    const level = outcome === 'retry' ? 'warn' : 'error';
    logger[level]({ err: error, outcome, delayMs, traceId: currentTraceId() }, `work failed: ${error.message}`);
    const { deliveryCount, streamSequence } = entry.delivery;
    // a message that is given up is nobody's answer: what it asks for ends processes, and somebody has to look
    const reason = this.isGivenUp(entry.delivery) ? 'max-deliveries' : 'rejected';
    if (outcome === 'reject') deadLetters.inc({ kind: row.durable, reason });
    if (!row.workRef) return;
    const failed = {
      row: { ...row, workRef: row.workRef },
      message: entry.message,
      streamSequence,
      deliveryCount,
      error,
    };
    const report = attemptReport(failed);
    // a shutdown ends the wait for a stream that is away: the message is delivered again, with its report
    await events.attemptFailed(report.message, report.msgId, entry.abort.signal);
  }
}

/** Inside the work's span: its trace is the bucket's exemplar. */
const tellWait = (kind: string, { deliveryCount, publishedAtMs }: Delivery): void => {
  if (deliveryCount === 1) queueWaitSeconds.observe({ kind }, Math.max(0, Date.now() - publishedAtMs) / 1000);
};

const abortCauseOf = (signal: AbortSignal): AbortCause =>
  signal.reason instanceof WorkAborted ? signal.reason.because : undefined;

const noHeaders = { get: () => undefined, set: () => undefined };
