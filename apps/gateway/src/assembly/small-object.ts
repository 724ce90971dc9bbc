import type { ObjectRef } from '@clipfleet/timeline';

/** An object the gateway writes itself: playlists, tracks. */
export interface SmallObject {
  at: ObjectRef;
  bytes: Uint8Array;
  contentType: string;
  /** Whether an object that is there already is this one. */
  equals(existing: Uint8Array): Promise<boolean>;
}

export const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);
export const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

export const plainObject = (at: ObjectRef, text: string, contentType: string): SmallObject => {
  const bytes = encodeText(text);
  return { at, bytes, contentType, equals: async (existing) => sameBytes(bytes, existing) };
};
