import { PartCutter, PartWriter, type ObjectLocation, type ObjectStore } from '@clipfleet/object-store';

/** As a segment worker by default. */
const PART_BYTES = 8 * 1024 * 1024;
const CONCURRENCY = 4;

/** A stream of bytes into one object by a multipart upload, with the driver, part size and concurrency of our own workers. */
export const uploadParts = async (
  store: ObjectStore,
  at: ObjectLocation,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const uploadId = await store.createUpload(at);
  const writer = new PartWriter({ store, at, uploadId, concurrency: CONCURRENCY });
  const cutter = new PartCutter(PART_BYTES);
  let partNumber = 1;
  for await (const chunk of chunks) {
    for (const part of cutter.push(chunk)) await writer.write(partNumber++, part);
  }
  const last = cutter.finish();
  if (last) await writer.write(partNumber, last);
  await store.completeUpload(at, uploadId, await writer.finish());
};
