import type { ByteRange } from './object-store.js';
import { ObjectStoreError, type StorePlace } from './object-store-error.js';

/** Refuses what no object can satisfy: HTTP has no way to ask for zero bytes. */
export function checkRange(range: ByteRange | undefined, place: StorePlace): void {
  if (range === undefined) return;
  const [startByte, endByte] = range;
  if (Number.isSafeInteger(startByte) && Number.isSafeInteger(endByte) && startByte >= 0 && endByte > startByte) return;
  throw new ObjectStoreError('range-not-satisfiable', `[${startByte}, ${endByte}) is no byte range`, place);
}

/** The header of RFC 9110 §14.2, whose last byte is inclusive. */
export const rangeHeader = ([startByte, endByte]: ByteRange): string => `bytes=${startByte}-${endByte - 1}`;

/** `range`, or all of it, within an object of `sizeBytes`; throws when it starts beyond the end. */
export function rangeWithin(range: ByteRange | undefined, sizeBytes: number, place: StorePlace): ByteRange {
  if (range === undefined) return [0, sizeBytes];
  if (range[0] >= sizeBytes) {
    throw new ObjectStoreError('range-not-satisfiable', `byte ${range[0]} is beyond the object's ${sizeBytes}`, place);
  }
  return [range[0], Math.min(range[1], sizeBytes)];
}
