import { tempHeadKey } from '@clipfleet/contracts';
import type { ObjectRef } from '@clipfleet/timeline';

/** Where range 0 of a merged mp4/mov keeps its first bytes until the header is known: they share part 1. */
export const tempHeadOf = (destination: ObjectRef, exportId: string): ObjectRef => ({
  ...destination,
  key: tempHeadKey(destination.key, exportId),
});
