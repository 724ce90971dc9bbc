import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ByteRange } from '../object-store.js';
import { READ_BYTES, type ReadPool } from '../pieces/read-pool.js';

/** The bytes of a file as they are read; closes the handle. With a pool in its memory, else in memory of their own. */
export const readChunks = (handle: FileHandle, range: ByteRange, pool?: ReadPool): Readable => {
  const [startByte, endByte] = range;
  if (!pool) return handle.createReadStream({ start: startByte, end: endByte - 1, highWaterMark: READ_BYTES });
  const chunks = chunksIn(handle, range, pool);
  const stream = Readable.from(chunks, { objectMode: false, highWaterMark: READ_BYTES });
  // not by the generator: one that was never started does not run its `finally`
  stream.once('close', () => void handle.close().catch(() => undefined));
  return stream;
};

async function* chunksIn(
  handle: FileHandle,
  [startByte, endByte]: ByteRange,
  pool: ReadPool,
): AsyncGenerator<Uint8Array> {
  for (let at = startByte; at < endByte;) {
    const memory = pool.take();
    const { bytesRead } = await handle.read(memory, 0, Math.min(memory.length, endByte - at), at);
    if (bytesRead === 0) {
      pool.giveBack(memory);
      return;
    }
    at += bytesRead;
    yield memory.subarray(0, bytesRead);
  }
}
