import { attemptHeadKeys, tempHeadKey } from '@clipfleet/contracts';
import type { ExportRecord } from '@clipfleet/ledger';
import type { ObjectRef, Plan } from '@clipfleet/timeline';

/** An export, and by what it was planned in its last generation, as far as it was. */
export interface HeadOwner extends Pick<ExportRecord, 'destination' | 'id' | 'generation'> {
  strategy: Plan['strategy'] | null;
}

/** Where range 0 of a merged mp4/mov keeps its first bytes until the header is known: they share part 1. */
export const tempHeadOf = (
  { destination, id, generation }: Pick<ExportRecord, 'destination' | 'id' | 'generation'>,
  ofGeneration = generation,
): ObjectRef => ({ ...destination, key: tempHeadKey(destination.key, id, ofGeneration) });

/**
 * All keys of this kind that a generation may have left something at: where encodes were planned, one for each delivery, of which
 * nobody knows how many there were. How a former generation was planned is not kept.
 */
export const tempHeadKeysOf = (owner: HeadOwner, generation = owner.generation): string[] => {
  const { key } = tempHeadOf(owner, generation);
  const strategy = generation === owner.generation ? owner.strategy : null;
  if (strategy === 'encode-ranges') return attemptHeadKeys(key);
  return strategy === null ? [key, ...attemptHeadKeys(key)] : [key];
};

export const ownerOf = ({ destination, id, generation, plan }: ExportRecord): HeadOwner => ({
  ...{ destination, id, generation },
  strategy: plan?.strategy ?? null,
});
