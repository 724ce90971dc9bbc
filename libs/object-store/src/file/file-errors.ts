import { ObjectStoreError, type ObjectStoreErrorCode, type StorePlace } from '../object-store-error.js';

/** By errno, where the call itself gives it no other meaning. */
const CODE_BY_ERRNO: Readonly<Record<string, ObjectStoreErrorCode>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EISDIR: 'not-found',
  EEXIST: 'precondition-failed',
  EACCES: 'access-denied',
  EPERM: 'access-denied',
  EROFS: 'access-denied',
  ENAMETOOLONG: 'invalid-key',
  EILSEQ: 'invalid-key',
  EFBIG: 'too-large',
  ABORT_ERR: 'aborted',
};

export const errnoOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

export const isMissing = (error: unknown): boolean => errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';

/** Translates what `node:fs` threw. A full or failing disk, a stale mount: the same call may work later. */
export function fileError(error: unknown, place: StorePlace): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const code = CODE_BY_ERRNO[errnoOf(error) ?? ''] ?? 'unavailable';
  const told = error instanceof Error ? error.message : String(error);
  return new ObjectStoreError(code, `store ${place.storeId}: ${told}`, place, { cause: error });
}

/** `step` with its failure translated. */
export async function translating<T>(place: StorePlace, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw fileError(error, place);
  }
}

/** Calls do not stop between two system calls, but before and after them. */
export function throwIfAborted(signal: AbortSignal | undefined, place: StorePlace): void {
  if (signal?.aborted === true) {
    throw new ObjectStoreError('aborted', `store ${place.storeId}: the call was aborted`, place, {
      cause: signal.reason,
    });
  }
}
