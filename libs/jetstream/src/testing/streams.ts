import { waitUntil } from '@clipfleet/local-stack';
import { jetstreamManager } from '@nats-io/jetstream';
import type { MessageBus } from '../message-bus.js';

export const messageCount = async (bus: MessageBus, stream: string): Promise<number> => {
  const jsm = await jetstreamManager(bus.nc);
  return (await jsm.streams.info(stream)).state.messages;
};

/** Everything was settled: a work queue deletes what is acknowledged. */
export const untilEmpty = (bus: MessageBus, stream: string): Promise<boolean> =>
  waitUntil(async () => (await messageCount(bus, stream)) === 0, { timeoutMs: 30_000, what: `${stream} to be empty` });
