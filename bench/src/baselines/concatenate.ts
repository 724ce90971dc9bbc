import { EXPORTS, RECORDINGS, type BenchStack } from '../stack/bench-stack.js';
import { uploadParts } from './upload-parts.js';

/** Every segment through this process into one object; nothing waits on a disk of ours in between. */
export const concatenate = async (
  { store }: BenchStack,
  segmentKeys: readonly string[],
  key: string,
): Promise<void> => {
  async function* download(): AsyncGenerator<Uint8Array> {
    for (const segmentKey of segmentKeys) {
      yield* (await store.get({ bucket: RECORDINGS, key: segmentKey })) as AsyncIterable<Uint8Array>;
    }
  }
  await uploadParts(store, { bucket: EXPORTS, key }, download());
};
