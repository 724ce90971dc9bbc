import { expect } from '@jest/globals';
import { EVENT_STREAM, WORK_STREAM } from '@clipfleet/contracts';
import { waitUntil } from '@clipfleet/local-stack';
import { jetstreamManager } from '@nats-io/jetstream';
import type { CrashFleet, Submitted } from './crash-fleet.fixture.js';
import { type KindName, kindNames, kinds } from '../fleet/export-kinds.js';
import { leftoversOf } from '../fleet/leftovers.js';
import { type Outcome, outcomeOf } from '../fleet/outcome.js';

const SETTLE_TIMEOUT_MS = 180_000;

/** What each kind makes when nothing happens to the fleet. */
export const undisturbed = async (
  fleet: CrashFleet,
  names: readonly KindName[] = kindNames,
): Promise<Map<KindName, Outcome>> => {
  const outcomes = await Promise.all(
    names.map(async (kindName): Promise<[KindName, Outcome]> => {
      const request = await fleet.submit(kindName);
      expect(await fleet.untilEnded(request)).toMatchObject({ state: 'completed', generation: 1 });
      return [kindName, await outcomeOf(fleet.store, request.kindName, request.prefix)];
    }),
  );
  return new Map(outcomes);
};

export interface AftermathOptions {
  /** How often the export may have been begun; more than once where what it stood on was lost. */
  generation?: number;
}

/** The whole promise, for one export: completed, once, right, and nothing left of how it came to be. */
export const expectAftermath = async (
  fleet: CrashFleet,
  request: Submitted,
  outcomes: ReadonlyMap<KindName, Outcome>,
  { generation = 1 }: AftermathOptions = {},
): Promise<void> => {
  const ended = await fleet.untilEnded(request);
  expect(ended).toMatchObject({ state: 'completed', generation });
  await untilQuiet(fleet);
  expect(await outcomeOf(fleet.store, request.kindName, request.prefix)).toEqual(outcomes.get(request.kindName));
  expect(await ledgerOf(fleet, request)).toEqual({
    exports: [{ state: 'completed', generation, allTasksDone: true }],
    ended: 1,
    uploads: kinds[request.kindName].container === 'playlist-json' ? [] : ['completed'],
  });
};

/** For an export that was cancelled: no object, finished or temporary, and nothing under way. */
export const expectNothingLeft = async (fleet: CrashFleet, request: Submitted): Promise<void> => {
  expect(await fleet.untilEnded(request)).toMatchObject({ state: 'cancelled' });
  await untilQuiet(fleet);
  expect(await outcomeOf(fleet.store, request.kindName, request.prefix)).toEqual({});
};

/** Streams empty, nothing worked on, outbox published, no scratch files, no upload open: in the store, and as far as the ledger knows. */
export const untilQuiet = async (fleet: CrashFleet): Promise<void> => {
  let left: Record<string, unknown> = {};
  await waitUntil(
    async () => {
      left = await leftoversOf(fleet, fleet.nats);
      return Object.values(left).every((count) => count === 0);
    },
    { timeoutMs: SETTLE_TIMEOUT_MS, everyMs: 100, what: 'the fleet to be quiet' },
  ).catch(async (cause: unknown) => {
    const messages = JSON.stringify(await storedMessages(fleet));
    throw new Error(`the fleet does not come to rest: ${JSON.stringify(left)} ${messages}`, { cause });
  });
};

/** Whom the messages that stay are for, and what their consumers think of them. */
const storedMessages = async (fleet: CrashFleet): Promise<unknown> => {
  const jsm = await jetstreamManager(fleet.nats);
  const told: unknown[] = [];
  for (const stream of [WORK_STREAM, EVENT_STREAM]) {
    const { state } = await jsm.streams.info(stream, { subjects_filter: '>' });
    const consumers = await jsm.consumers.list(stream).next();
    const behind = consumers.map(({ name, delivered, ack_floor, num_pending, num_ack_pending, num_redelivered }) => {
      return { name, delivered, ack_floor, num_pending, num_ack_pending, num_redelivered };
    });
    if (state.messages > 0)
      told.push({ subjects: state.subjects, first: state.first_seq, last: state.last_seq, behind });
  }
  return told;
};

const ledgerOf = async (fleet: CrashFleet, { prefix }: Submitted): Promise<unknown> => {
  const like = [`${prefix}%`];
  const exports = await fleet.query(
    `SELECT state, generation, tasks_done = tasks_total AND NOT EXISTS (SELECT 1 FROM task WHERE export_id = export.id
      AND task.generation = export.generation AND task.state <> 'completed') AS "allTasksDone"
    FROM export WHERE key LIKE $1`,
    like,
  );
  const [{ ended }] = await fleet.query<{ ended: number }>(
    `SELECT count(*)::int AS ended FROM outbox JOIN export ON export.id = export_id AND export.generation = outbox.generation
    WHERE key LIKE $1 AND subject LIKE '$KV.%'`,
    like,
  );
  const uploads = await fleet.query<{ state: string }>(
    `SELECT state FROM upload WHERE key LIKE $1 AND state <> 'aborted'`,
    like,
  );
  return { exports, ended, uploads: uploads.map(({ state }) => state) };
};
