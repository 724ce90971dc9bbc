import { attemptHeadKeys, tempHeadKey } from '@clipfleet/contracts';
import type { ExportRecord } from '@clipfleet/ledger';
import type { ObjectRef } from '@clipfleet/timeline';

/** Where range 0 of a merged mp4/mov keeps its first bytes until the header is known: they share part 1. */
export const tempHeadOf = (
  { destination, id, generation }: Pick<ExportRecord, 'destination' | 'id' | 'generation'>,
  ofGeneration = generation,
): ObjectRef => ({ ...destination, key: tempHeadKey(destination.key, id, ofGeneration) });

/** All objects of this kind that a run of the export may have left: where encodes were planned, one of each delivery. */
export const tempHeadsOf = (
  record: Pick<ExportRecord, 'destination' | 'id' | 'generation' | 'plan'>,
  ofGeneration = record.generation,
): ObjectRef[] => {
  const head = tempHeadOf(record, ofGeneration);
  if (record.plan?.strategy !== 'encode-ranges') return [head];
  return attemptHeadKeys(head.key).map((key) => ({ ...head, key }));
};
