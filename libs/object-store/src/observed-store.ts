import { storeRequestDurationSeconds } from '@clipfleet/platform';
import type { ObjectStore } from './object-store.js';
import { ObjectStoreError } from './object-store-error.js';

/** Of these the time to the answer is told. A list is as many requests as its reader asks for, and stays out. */
const OPERATIONS: ReadonlySet<string | symbol> = new Set<keyof ObjectStore>([
  'head',
  'get',
  'getBytes',
  'put',
  'delete',
  'createUpload',
  'uploadPart',
  'uploadPartCopy',
  'completeUpload',
  'abortUpload',
  'listUploads',
]);

type Operation = (...args: unknown[]) => Promise<unknown>;

/** The same store, whose answers are timed by operation and outcome. What an abort ends is nobody's fault and not told. */
export const observed = <S extends ObjectStore>(store: S): S =>
  new Proxy(store, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const method = (value as Operation).bind(target);
      if (typeof property !== 'string' || !OPERATIONS.has(property)) return method;
      return (...args: unknown[]) => timed(store.id, property, () => method(...args));
    },
  });

const timed = async (store: string, operation: string, call: () => Promise<unknown>): Promise<unknown> => {
  const stop = storeRequestDurationSeconds.startTimer({ store, operation });
  try {
    const result = await call();
    stop({ outcome: 'ok' });
    return result;
  } catch (error) {
    const outcome = error instanceof ObjectStoreError ? error.code : 'unexpected';
    if (outcome !== 'aborted') stop({ outcome });
    throw error;
  }
};
