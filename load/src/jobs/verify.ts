import { isDeepStrictEqual } from 'node:util';
import pLimit from 'p-limit';
import {
  type ExportFleet,
  type KindName,
  type Outcome,
  OUTPUT_BUCKET,
  outcomeOf,
  type Submitted,
} from '@clipfleet/testing';

/** One export of the ledger, as far as it can tell whether anything was lost or done twice. */
export interface LedgerExport {
  prefix: string;
  state: string;
  generation: number;
  attempts: number;
  endedAtMs: number;
}

/** All there are, by the prefix that was asked for. */
export const readLedger = async (fleet: ExportFleet): Promise<Map<string, LedgerExport[]>> => {
  const rows = await fleet.query<LedgerExport>(
    `SELECT split_part(key, '/', 1) || '/' AS prefix, state, generation,
      (SELECT coalesce(sum(task.attempts), 0)::int FROM task WHERE export_id = export.id) AS attempts,
      (extract(epoch FROM ended_at) * 1000)::float8 AS "endedAtMs"
    FROM export`,
  );
  const byPrefix = new Map<string, LedgerExport[]>();
  for (const row of rows) byPrefix.set(row.prefix, [...(byPrefix.get(row.prefix) ?? []), row]);
  return byPrefix;
};

/** Why an export is not what was promised: one, completed, begun once. */
export const ledgerProblem = (found: readonly LedgerExport[] = []): string | undefined => {
  if (found.length !== 1) return `the ledger has ${found.length} of it`;
  const [{ state, generation }] = found;
  if (state !== 'completed') return `is ${state}`;
  return generation === 1 ? undefined : `was begun ${generation} times`;
};

/** Whether it made what an undisturbed one of its kind made, and nothing else. Undefined: it did. */
export const outputProblem = async (
  fleet: ExportFleet,
  { kindName, prefix }: Submitted,
  references: ReadonlyMap<KindName, Outcome>,
): Promise<string | undefined> => {
  const outcome = await outcomeOf(fleet.store, kindName, prefix, { doSlotsChange: true });
  if (isDeepStrictEqual(outcome, references.get(kindName))) return undefined;
  const names = Object.keys(outcome);
  return names.length === 0 ? 'has no output' : `its output (${names.join(', ')}) is not that of an undisturbed one`;
};

export interface VerifyOptions {
  /** At once. */
  concurrency: number;
  /** Outputs are removed when they have been found right: thousands of them would fill the disk. */
  removes: boolean;
  signal: AbortSignal;
}

/** A line for each export that is not as promised. */
export const verifyAll = async (
  fleet: ExportFleet,
  requests: readonly Submitted[],
  references: ReadonlyMap<KindName, Outcome>,
  { concurrency, removes, signal }: VerifyOptions,
): Promise<string[]> => {
  const ledger = await readLedger(fleet);
  const problems: string[] = [];
  await pLimit(concurrency).map(requests, async (request) => {
    signal.throwIfAborted();
    const problem = ledgerProblem(ledger.get(request.prefix)) ?? (await outputProblem(fleet, request, references));
    if (problem) problems.push(`${request.prefix} ${problem}`);
    else if (removes) await removeOutputs(fleet, request);
  });
  return problems;
};

const removeOutputs = async (fleet: ExportFleet, { prefix }: Submitted): Promise<void> => {
  const keys: string[] = [];
  for await (const { key } of fleet.store.list(OUTPUT_BUCKET, prefix)) keys.push(key);
  for (const key of keys) await fleet.store.delete({ bucket: OUTPUT_BUCKET, key });
};
