import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { StorePlace } from '../object-store-error.js';
import { throwIfAborted, translating } from './file-errors.js';
import { NewFile } from './new-file.js';

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
  const { place, sync } = options;
  let sum = 0;
  const onBytes = (bytes: Uint8Array): void => void (sum = crc32(bytes, sum));
  const file = await translating(place, NewFile.create(path, { sync, onBytes }));
  try {
    const sizeBytes = await writeChunks(file, chunks, options);
    await translating(place, file.finish());
    await file.close();
    return { sizeBytes, crc32: sum };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

async function writeChunks(
  file: NewFile,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { place, signal }: WriteFileOptions,
): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    throwIfAborted(signal, place);
    sizeBytes += chunk.byteLength;
    await translating(place, file.append(chunk));
  }
  return sizeBytes;
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
