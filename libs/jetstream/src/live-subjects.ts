import { type ExportChanged, exportChanged, liveSubject, type TaskProgress, taskProgress } from '@clipfleet/contracts';
import type { Logger } from '@clipfleet/platform';
import type { NatsConnection } from '@nats-io/transport-node';
import type { z } from 'zod';

export interface HearingListener {
  /** From now on messages may be missed. */
  onLost(): void;
  /** What anybody publishes from now on is heard. */
  onHeard(): void;
}

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

  /** Tells whether the subscriptions made before this call hear everything; begins with `onHeard`, when that is so. */
  followHearing(listener: HearingListener): LiveSubscription {
    let connection = 0;
    let isStopped = false;
    const confirm = async (): Promise<void> => {
      const asked = connection;
      // the server takes what a connection sends in order: an answer to this says that it has the subscriptions
      await this.nc.flush();
      if (asked === connection && !isStopped) listener.onHeard();
    };
    const follow = async (): Promise<void> => {
      for await (const { type } of this.nc.status()) {
        if (isStopped) return;
        if (type === 'reconnect') confirm().catch(() => undefined);
        else if (endsHearing.has(type)) {
          connection += 1;
          listener.onLost();
        }
      }
    };
    void follow();
    // a flush fails with its connection, and then the next one is flushed
    confirm().catch(() => undefined);
    return { unsubscribe: () => void (isStopped = true) };
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

const endsHearing: ReadonlySet<string> = new Set(['disconnect', 'staleConnection', 'forceReconnect', 'close']);

/** Tells all gateways, this one too, to drop what they cached of an export. */
export class LivePublisher {
  constructor(private readonly nc: NatsConnection) {}

  exportChanged(message: ExportChanged): void {
    this.nc.publish(liveSubject.exportChanged, JSON.stringify(message));
  }

  /** Resolves when the server has passed on what was published before; rejects when the connection is lost before that. */
  delivered(): Promise<void> {
    return this.nc.flush();
  }
}
