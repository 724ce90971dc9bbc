import { EVENT_STREAM } from '@clipfleet/contracts';
import { TRACING_SHUTDOWN_MS } from '@clipfleet/platform';
import { type CustomTransportStrategy, type MessageHandler as NestHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { DeliveryHandler, type MessageHandler } from './delivery-handler.js';
import { startMaxDeliveriesBackstop } from './max-deliveries-backstop.js';
import { BUS_CLOSE_MS, type MessageBus } from './message-bus.js';
import { rowOf } from './message-table.js';
import { RunningWork } from './running-work.js';
import { SubjectConsumer } from './subject-consumer.js';
import { defaultTopology } from './topology.js';

export interface JetStreamServerOptions {
  /** Subject → messages of it this process handles at once. */
  consumes: Readonly<Record<string, number>>;
  /** How long handlers may go on after a shutdown began, before their signal is aborted. */
  shutdownGraceMs: number;
  /** Processes that may die of a piece of work. */
  maxDeaths?: number;
}

const DEFAULT_MAX_DEATHS = 5;

/** After the signal was aborted: to stop an ffmpeg, close a stream and return. Then the message is taken from the handler. */
const ABORT_WAIT_MS = 3_000;
const FLUSH_MS = 1_000;
/** How long after its grace a process has ended, at most: who starts it must not kill it earlier. */
export const SHUTDOWN_TAIL_MS = ABORT_WAIT_MS + FLUSH_MS + BUS_CLOSE_MS + TRACING_SHUTDOWN_MS;

/**
 * Nest's transport over JetStream work queues. A controller's `@Consumes(subject)` method gets the validated message
 * and a WorkContext and returns a WorkOutcome; see settlement.ts for what becomes of the message.
 *
 * Shutdown: stop pulling and hand back what is on its way → wait for handlers → abort their signals, their work is handed to
 * another process → hand back what still runs. Bounded by `shutdownGraceMs` and a few seconds.
 */
export class JetStreamServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('jetstream');
  private readonly running = new RunningWork();
  private consumers: SubjectConsumer[] = [];
  private backstop?: { unsubscribe(): void };
  private closing?: Promise<void>;

  constructor(
    private readonly bus: MessageBus,
    private readonly options: JetStreamServerOptions,
  ) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.assertHandlers();
      const subjects = Object.entries(this.options.consumes);
      if (subjects.some(([subject]) => rowOf(subject).voidWhenEnded)) await this.followEnded();
      // who hears of attempts hears of the last one too: the other apps may take nothing out of a stream
      if (subjects.some(([subject]) => rowOf(subject).stream === EVENT_STREAM)) {
        this.backstop = startMaxDeliveriesBackstop(this.bus, this.bus.logger);
      }
      this.consumers = subjects.map(([subject, slots]) => this.createConsumer(subject, slots));
      for (const consumer of this.consumers) consumer.start();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  close(): Promise<void> {
    this.closing ??= this.drain();
    return this.closing;
  }

  on(): never {
    throw new Error('JetStreamServer has no events');
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the signature is Nest's
  unwrap<T>(): T {
    return this.bus.nc as T;
  }

  /** Exactly one handler for each consumed subject, and none that nothing would ever call. */
  private assertHandlers(): void {
    const problems: string[] = [];
    for (const [subject, slots] of Object.entries(this.options.consumes)) {
      rowOf(subject);
      const handler = this.messageHandlers.get(subject);
      if (!handler) problems.push(`${subject} has no handler`);
      else if (handler.next) problems.push(`${subject} has more than one handler`);
      if (!Number.isInteger(slots) || slots < 1) problems.push(`${subject} has ${slots} slots`);
    }
    for (const subject of this.messageHandlers.keys()) {
      if (!(subject in this.options.consumes)) problems.push(`a handler waits for ${subject}, which is not consumed`);
    }
    if (problems.length > 0) throw new Error(`The handlers do not fit the subjects: ${problems.join('; ')}`);
  }

  private async followEnded(): Promise<void> {
    this.bus.ended.onEnded((exportId, generation) => this.running.abortEnded(exportId, generation));
    await this.bus.ended.start();
  }

  private createConsumer(subject: string, slots: number): SubjectConsumer {
    const { bus } = this;
    const row = rowOf(subject);
    const handler = new DeliveryHandler({
      row,
      handler: toMessageHandler(this.messageHandlers.get(subject)!),
      running: this.running,
      ended: bus.ended,
      events: bus.events,
      heartbeatMs: (bus.topology.ackWaitMs ?? defaultTopology.ackWaitMs) / 3,
      maxDeaths: this.options.maxDeaths ?? DEFAULT_MAX_DEATHS,
      logger: bus.logger,
    });
    const { logger } = bus;
    return new SubjectConsumer({
      ...{ bus, row, slots, logger },
      handle: (delivery) => handler.handle(delivery),
      handBack: (delivery) => handler.handBack(delivery),
    });
  }

  private async drain(): Promise<void> {
    const { running } = this;
    const { logger } = this.bus;
    for (const consumer of this.consumers) consumer.stop();
    this.backstop?.unsubscribe();
    if (running.size > 0) logger.info({ running: running.size }, 'shutdown: waiting for running work');
    if (!(await running.idleWithin(this.options.shutdownGraceMs))) {
      logger.warn({ running: running.size }, 'shutdown: handing running work to other processes');
      running.abortForShutdown();
      if (!(await running.idleWithin(ABORT_WAIT_MS))) {
        logger.error(
          { running: running.size },
          'shutdown: handlers ignore their signal; their messages are taken away',
        );
        running.handBack();
      }
    }
    await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.bus.nc.isClosed()) return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, FLUSH_MS)));
    await Promise.race([this.bus.nc.flush().catch(() => undefined), timeout]);
    clearTimeout(timer);
  }
}

/** Nest turns what a handler throws into an Observable that errors. */
const toMessageHandler =
  (handler: NestHandler): MessageHandler =>
  async (message, context) => {
    const result: unknown = await handler(message, context);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  };
