import type { Assembly } from '@clipfleet/ledger';
import type { ObjectInfo } from '@clipfleet/object-store';
import { multipartEtag } from './multipart-etag.js';

/** The store's clock against ours. */
const CLOCK_SKEW_MS = 60_000;

export type Ownership = 'ours' | 'maybe-ours' | 'not-ours';

/**
 * Whether an object is what an upload of these parts became. Where the etag can be foretold it decides. Elsewhere an object of
 * the right size that was written since the export was accepted may be it: good enough to take a repeated completion for done,
 * not to delete anything.
 */
export const ownershipOf = (object: ObjectInfo | undefined, assembly: Assembly, acceptedAtMs: number): Ownership => {
  if (object?.sizeBytes !== assembly.sizeBytes) return 'not-ours';
  const expected = multipartEtag(assembly.parts.map((part) => part.etag));
  if (expected !== undefined) return object.etag === expected ? 'ours' : 'not-ours';
  return object.lastModifiedMs >= acceptedAtMs - CLOCK_SKEW_MS ? 'maybe-ours' : 'not-ours';
};
