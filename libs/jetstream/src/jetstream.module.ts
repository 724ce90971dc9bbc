import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Readiness } from '@clipfleet/platform';
import { EventPublisher } from './event-publisher.js';
import { LivePublisher, LiveSubscriber } from './live-subjects.js';
import { MessageBus } from './message-bus.js';
import { OutboxPublisher } from './outbox-publisher.js';
import { ProgressPublisher } from './progress-publisher.js';
import { Questions } from './questions.js';
import { TaskRunner } from './task-runner.js';

export interface JetStreamModuleOptions {
  /** A process that only works on messages can do nothing without; one that also answers requests keeps its traffic. Default: true. */
  isNeededForTraffic?: boolean;
}

const OPTIONS = Symbol('options of JetStreamModule');

/**
 * Global. Provides MessageBus, EventPublisher, ProgressPublisher, TaskRunner, OutboxPublisher, Questions, LivePublisher and LiveSubscriber to inject, and
 * the readiness check `nats`. Closes the connection last: handlers report until they are done. Needs OpsModule.
 */
@Module({})
export class JetStreamModule implements OnApplicationShutdown {
  constructor(
    @Inject(MessageBus) private readonly bus: MessageBus,
    @Inject(Readiness) readiness: Readiness,
    @Inject(OPTIONS) { isNeededForTraffic = true }: JetStreamModuleOptions,
  ) {
    const check = (): void => bus.assertConnected();
    if (isNeededForTraffic) readiness.register('nats', check);
    else readiness.registerSpared('nats', check);
    readiness.registerVital('nats', () => bus.assertOpen());
  }

  static register(bus: MessageBus, options: JetStreamModuleOptions = {}): DynamicModule {
    const providers = [
      { provide: OPTIONS, useValue: options },
      { provide: MessageBus, useValue: bus },
      { provide: EventPublisher, useValue: bus.events },
      { provide: ProgressPublisher, useValue: bus.progress },
      { provide: TaskRunner, useValue: new TaskRunner(bus.events, bus.progress) },
      { provide: OutboxPublisher, useValue: bus.outbox },
      { provide: Questions, useValue: bus.questions },
      { provide: LivePublisher, useValue: bus.live },
      { provide: LiveSubscriber, useValue: bus.subscriber },
    ];
    return { module: JetStreamModule, global: true, providers, exports: providers };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
  }
}
