import { type WorkKind, workSubject } from '@clipfleet/contracts';

/** Work that waits in the ledger for its turn. What ends an export, and what cleans up after one, never waits. */
export const dispatchedKinds = ['plan', 'segment', 'transcode', 'thumb'] as const satisfies readonly WorkKind[];
export type DispatchedKind = (typeof dispatchedKinds)[number];

export const dispatchedSubjects: readonly string[] = dispatchedKinds.map((kind) => workSubject[kind]);
