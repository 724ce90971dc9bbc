import { waitUntil } from '@clipfleet/local-stack';
import { type Client, type ExportFleet, type KindName, type Outcome, outcomeOf } from '@clipfleet/testing';

const TIMEOUT_MS = 120_000;

/** What each kind makes when nothing else is asked for: what all others of its kind are held against. */
export const makeReferences = async (
  fleet: ExportFleet,
  client: Client,
  kindNames: readonly KindName[],
): Promise<Map<KindName, Outcome>> =>
  new Map(await Promise.all(kindNames.map((name) => reference(fleet, client, name))));

const reference = async (fleet: ExportFleet, client: Client, kindName: KindName): Promise<[KindName, Outcome]> => {
  const request = fleet.newRequest(kindName);
  const { state } = await waitUntil(() => fleet.endOf(client, request), {
    timeoutMs: TIMEOUT_MS,
    everyMs: 50,
    what: `the first export as ${kindName}`,
  });
  if (state !== 'completed') throw new Error(`the first export as ${kindName} is ${state}`);
  return [kindName, await outcomeOf(fleet.store, kindName, request.prefix, { doSlotsChange: true })];
};
