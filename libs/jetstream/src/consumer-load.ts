import { WORK_STREAM, type WorkKind } from '@clipfleet/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** What the leader of a work consumer tells of it. */
export interface ConsumerLoad {
  /** Pulls that wait for a message: each free slot of each process keeps one open. */
  waitingPulls: number;
  /** Messages that wait for their first delivery. */
  pendingCount: number;
  /** Messages delivered and not yet settled. */
  ackPendingCount: number;
  /** Messages delivered since the consumer was made, each delivery of one. */
  takenCount: number;
}

const TIMEOUT_MS = 1_000;

/** Throws what the client throws when the server does not answer within a second. */
export const readConsumerLoad = async (nc: NatsConnection, kind: WorkKind): Promise<ConsumerLoad> => {
  const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: TIMEOUT_MS });
  const info = await jsm.consumers.info(WORK_STREAM, kind);
  return {
    ...{ waitingPulls: info.num_waiting, pendingCount: info.num_pending },
    ...{ ackPendingCount: info.num_ack_pending, takenCount: info.delivered.consumer_seq },
  };
};

/** Nobody pulls and nobody works: the fleet sleeps, and wakes up for what is sent to it. */
export const isAwake = ({
  waitingPulls,
  ackPendingCount,
}: Pick<ConsumerLoad, 'waitingPulls' | 'ackPendingCount'>): boolean => waitingPulls > 0 || ackPendingCount > 0;
