import { EVENT_STREAM, WORK_STREAM } from '@clipfleet/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ExportFleet } from './export-fleet.js';
import { OUTPUT_BUCKET } from './export-kinds.js';
import { tasksInFlight } from './tasks-in-flight.js';

/** What a fleet that has done its work must not have any more, counted. */
export const leftoversOf = async (fleet: ExportFleet, nats: NatsConnection): Promise<Record<string, unknown>> => {
  const jsm = await jetstreamManager(nats);
  const [work, events] = await Promise.all([WORK_STREAM, EVENT_STREAM].map((name) => jsm.streams.info(name)));
  const [ledger] = await fleet.query<Record<string, unknown>>(`
    SELECT (SELECT count(*)::int FROM outbox WHERE published_at IS NULL OR again_at IS NOT NULL) AS unpublished,
      (SELECT count(*)::int FROM upload WHERE state NOT IN ('completed', 'aborted')) AS "unsettledUploads",
      (SELECT count(*)::int FROM export WHERE ended_at IS NULL) AS unfinished`);
  const openUploads = (await fleet.store.listUploads(OUTPUT_BUCKET, '')).length;
  const scratchDirectories = await fleet.scratchDirectoryCount();
  const messages = { workMessages: work.state.messages, eventMessages: events.state.messages };
  // a message can be settled while a lost run of it still works: a server that was killed delivers twice
  const counts = await Promise.all([...fleet.stack.apps.values()].map(({ opsUrl }) => tasksInFlight(opsUrl)));
  const inFlight = counts.reduce((sum, count) => sum + count, 0);
  return { ...messages, inFlight, openUploads, scratchDirectories, ...ledger };
};
