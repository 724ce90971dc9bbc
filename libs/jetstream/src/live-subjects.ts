import { type ExportChanged, exportChanged, liveSubject, type TaskProgress, taskProgress } from '@clipfleet/contracts';
import type { Logger } from '@clipfleet/platform';
import type { NatsConnection } from '@nats-io/transport-node';
import type { z } from 'zod';

export interface LiveSubscription {
  unsubscribe(): void;
}

/** Plain NATS, every subscriber gets every message; what is missed is missed. */
export class LiveSubscriber {
  constructor(
    private readonly nc: NatsConnection,
    private readonly logger: Logger,
  ) {}

  onProgress(listener: (progress: TaskProgress) => void): LiveSubscription {
    return this.subscribe(liveSubject.progress, taskProgress, listener);
  }

  onExportChanged(listener: (changed: ExportChanged) => void): LiveSubscription {
    return this.subscribe(liveSubject.exportChanged, exportChanged, listener);
  }

  private subscribe<T>(subject: string, schema: z.ZodType<T>, listener: (message: T) => void): LiveSubscription {
    const callback = (error: Error | null, msg: { data: Uint8Array }) => {
      try {
        if (error) throw error;
        listener(schema.parse(JSON.parse(Buffer.from(msg.data).toString('utf8'))));
      } catch (thrown) {
        this.logger.warn({ err: thrown, subject }, 'a live message could not be used');
      }
    };
    return this.nc.subscribe(subject, { callback });
  }
}

/** Tells all gateways, this one too, to drop what they cached of an export. */
export class LivePublisher {
  constructor(private readonly nc: NatsConnection) {}

  exportChanged(message: ExportChanged): void {
    this.nc.publish(liveSubject.exportChanged, JSON.stringify(message));
  }
}
