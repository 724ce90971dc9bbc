import { Readable } from 'node:stream';
import { ObjectStoreError, type StorePlace } from './object-store-error.js';

/** `source` with its errors translated; ended by `signal`, and ending `source` when it is destroyed itself. */
export function translated(source: Readable, translate: (error: unknown) => Error, signal?: AbortSignal): Readable {
  const abort = (): void => void source.destroy(new Error('aborted'));
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) yield chunk as Uint8Array;
    } catch (error) {
      throw translate(error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  const out = Readable.from(chunks(), { objectMode: false, highWaterMark: 256 * 1024 });
  // A generator that was never started does not run its `finally`.
  out.once('close', () => {
    signal?.removeEventListener('abort', abort);
    source.destroy();
  });
  return out;
}

/** The chunks of `source`; throws as soon as they are more than `sizeBytes`, or in the end if they were fewer. */
export async function* exactly(source: Readable, sizeBytes: number, place: StorePlace): AsyncGenerator<Uint8Array> {
  let seenBytes = 0;
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    seenBytes += bytes.byteLength;
    if (seenBytes > sizeBytes) break;
    yield bytes;
  }
  if (seenBytes !== sizeBytes) {
    const relation = seenBytes > sizeBytes ? 'more' : `${seenBytes}`;
    throw new ObjectStoreError('invalid-part', `the stream gave ${relation} bytes where ${sizeBytes} were told`, place);
  }
}

/** All of `source`, unless that is more than `limitBytes`: then it is closed and `too-large` thrown. */
export async function readAtMost(source: Readable, limitBytes: number, place: StorePlace): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let seenBytes = 0;
  for await (const chunk of source) {
    seenBytes += (chunk as Uint8Array).byteLength;
    if (seenBytes > limitBytes) throw tooLarge(limitBytes, place);
    chunks.push(chunk as Uint8Array);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, seenBytes);
}

export const tooLarge = (limitBytes: number, place: StorePlace): ObjectStoreError =>
  new ObjectStoreError('too-large', `the object has more than ${limitBytes} bytes`, place);
