import type { ByteRange, GetOptions, ObjectLocation, ObjectStore } from '../object-store.js';
import { ObjectStoreError } from '../object-store-error.js';

const MAX_RESUMES = 3;

export interface ResumingReadOptions extends Pick<GetOptions, 'signal' | 'pool'> {
  /** Bytes as they arrive: progress. */
  onBytes?: (count: number) => void;
}

/**
 * The bytes `[start, end)` of an object. A connection that breaks on the way is opened again where it broke, a few times:
 * a segment of a long export must not send the whole task back. Throws ObjectStoreError: `unavailable` when bytes are short,
 * `range-not-satisfiable` when the object is.
 */
export async function* readResuming(
  store: ObjectStore,
  at: ObjectLocation,
  [startByte, endByte]: ByteRange,
  options: ResumingReadOptions = {},
): AsyncGenerator<Uint8Array> {
  let position = startByte;
  for (let resumes = 0; ; resumes += 1) {
    try {
      const { signal, pool } = options;
      const stream = await store.get(at, { signal, pool, range: [position, endByte] });
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        position += chunk.length;
        options.onBytes?.(chunk.length);
        yield chunk;
      }
      if (position === endByte) return;
      throw await tooShort(store, at, [position, endByte], options.signal);
    } catch (error) {
      options.signal?.throwIfAborted();
      const broken = !(error instanceof ObjectStoreError) || error.retryable;
      if (!broken || resumes >= MAX_RESUMES) throw error;
    }
  }
}

/** The stream ended as if it were whole: the connection broke, or the object is shorter than it was when the work was planned. */
const tooShort = async (
  store: ObjectStore,
  at: ObjectLocation,
  [position, endByte]: ByteRange,
  signal: AbortSignal | undefined,
): Promise<ObjectStoreError> => {
  const found = await store.head(at, { signal });
  const place = { storeId: store.id, ...at };
  if (!found) return new ObjectStoreError('not-found', `${at.bucket}/${at.key} is gone`, place);
  const message = `${at.bucket}/${at.key} ended at byte ${position}, expected ${endByte}`;
  return new ObjectStoreError(found.sizeBytes < endByte ? 'range-not-satisfiable' : 'unavailable', message, place);
};
