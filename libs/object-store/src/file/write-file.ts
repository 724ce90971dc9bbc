import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { StorePlace } from '../object-store-error.js';
import { throwIfAborted, translating } from './file-errors.js';

/** Network streams come in pieces of 16 to 64 KiB; a system call for each would cost more than the copying. */
const BATCH_BYTES = 1024 * 1024;

export interface WriteFileOptions {
  /** Wait until the bytes are on the disk. */
  sync: boolean;
  place: StorePlace;
  signal?: AbortSignal;
}

/**
 * Writes a new file; if that fails there is none. Errors of the disk are translated, errors of `chunks` pass as they are.
 */
export async function writeNewFile(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: WriteFileOptions,
): Promise<{ sizeBytes: number; crc32: number }> {
  const { place } = options;
  const handle = await translating(place, open(path, 'wx'));
  try {
    const written = await writeChunks(handle, chunks, options);
    if (options.sync) await translating(place, handle.datasync());
    await handle.close();
    return written;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

async function writeChunks(
  handle: FileHandle,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { place, signal }: WriteFileOptions,
): Promise<{ sizeBytes: number; crc32: number }> {
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  let sizeBytes = 0;
  let sum = 0;
  const flush = async (): Promise<void> => {
    throwIfAborted(signal, place);
    await translating(place, writeFully(handle, batch));
    batch = [];
    batchBytes = 0;
  };
  for await (const chunk of chunks) {
    sum = crc32(chunk, sum);
    sizeBytes += chunk.byteLength;
    batch.push(chunk);
    batchBytes += chunk.byteLength;
    if (batchBytes >= BATCH_BYTES) await flush();
  }
  if (batchBytes > 0) await flush();
  return { sizeBytes, crc32: sum };
}

/** A write may take fewer bytes than it was given. */
export async function writeFully(handle: FileHandle, batch: readonly Uint8Array[]): Promise<void> {
  let left = batch.filter((chunk) => chunk.byteLength > 0);
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left);
    while (left.length > 0 && bytesWritten >= left[0].byteLength) {
      bytesWritten -= left[0].byteLength;
      left = left.slice(1);
    }
    if (left.length > 0) left = [left[0].subarray(bytesWritten), ...left.slice(1)];
  }
}

/** Makes a name that was linked or renamed in `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
