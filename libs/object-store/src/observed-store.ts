import { type Attributes, SpanKind } from '@opentelemetry/api';
import { storeRequestDurationSeconds, withChildSpan } from '@clipfleet/platform';
import type { ObjectLocation, ObjectStore } from './object-store.js';
import { ObjectStoreError } from './object-store-error.js';

/** Of these the time to the answer is told. A list is as many requests as its reader asks for, and stays out. */
const OPERATIONS: ReadonlySet<string | symbol> = new Set<keyof ObjectStore>([
  'head',
  'get',
  'getBytes',
  'put',
  'delete',
  'deleteMany',
  'createUpload',
  'uploadPart',
  'uploadPartCopy',
  'prepareCompletion',
  'completeUpload',
  'abortUpload',
  'listUploads',
]);

type Operation = (...args: unknown[]) => Promise<unknown>;

/** The same store, whose answers are timed by operation and outcome, and are spans of the work they are part of. What an abort ends is nobody's fault and not told. */
export const observed = <S extends ObjectStore>(store: S): S =>
  new Proxy(store, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const method = (value as Operation).bind(target);
      if (typeof property !== 'string' || !OPERATIONS.has(property)) return method;
      const call = (...args: unknown[]): Promise<unknown> => timed(store.id, property, () => method(...args));
      return (...args: unknown[]) =>
        withChildSpan(
          `store ${property}`,
          () => attributesOf(store, property, args),
          () => call(...args),
          {
            kind: SpanKind.CLIENT,
          },
        );
    },
  });

/** Every operation begins with an object, or with a bucket and a prefix or many keys. No convention speaks of object stores in general. */
const attributesOf = ({ id, driver }: ObjectStore, operation: string, args: unknown[]): Attributes => {
  const [first, second, third] = args;
  const key = Array.isArray(second) ? undefined : String(second);
  const at = typeof first === 'string' ? { bucket: first, key } : (first as ObjectLocation);
  return {
    'clipfleet.store.id': id,
    'clipfleet.store.driver': driver,
    'clipfleet.store.operation': operation,
    'clipfleet.store.bucket': at.bucket,
    'clipfleet.store.key': at.key,
    // of what writes a part, behind the upload's id
    'clipfleet.store.part_number': typeof third === 'number' ? third : undefined,
  };
};

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
