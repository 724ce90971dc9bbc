import { createDecipheriv } from 'node:crypto';
import { ClipfleetError } from '@clipfleet/contracts';
import type { Piece } from '@clipfleet/timeline';
import { LRUCache } from 'lru-cache';
import type { ObjectStore } from '../object-store.js';
import type { ReadPool } from './read-pool.js';
import { readResuming } from './resuming-read.js';

const AES_KEY_BYTES = 16;
const MAX_CACHED_KEYS = 64;

export interface PieceReaderOptions {
  signal?: AbortSignal;
  /** Stored bytes as they arrive: progress. */
  onBytes?: (count: number) => void;
}

/** Reads the media segments of one recording, decrypted. */
export class PieceReader {
  private readonly keys = new LRUCache<string, Uint8Array>({ max: MAX_CACHED_KEYS });

  constructor(
    private readonly store: ObjectStore,
    private readonly bucket: string,
    private readonly options: PieceReaderOptions = {},
  ) {}

  /**
   * The piece's bytes in order. Throws ObjectStoreError; ClipfleetError `undecodable` when its key does not decrypt it. `pool`: as
   * for a store's `get`.
   */
  async *read(piece: Piece, pool?: ReadPool): AsyncGenerator<Uint8Array> {
    const range = piece.byteRange ?? ([0, piece.sizeBytes] as const);
    const stored = readResuming(this.store, { bucket: this.bucket, key: piece.key }, range, { ...this.options, pool });
    if (!piece.cipher) {
      yield* stored;
      return;
    }
    // RFC 8216 §4.3.2.4: AES-128 in CBC mode, PKCS7 padding, each segment on its own
    const key = await this.key(piece.cipher.keyObjectKey);
    const decipher = undecodableOnError(piece, () =>
      createDecipheriv('aes-128-cbc', key, Buffer.from(piece.cipher!.ivHex, 'hex')),
    );
    for await (const chunk of stored) {
      const plain = decipher.update(chunk);
      pool?.giveBack(chunk);
      yield plain;
    }
    const last = undecodableOnError(piece, () => decipher.final());
    if (last.length > 0) yield last;
  }

  private async key(objectKey: string): Promise<Uint8Array> {
    const known = this.keys.get(objectKey);
    if (known) return known;
    const at = { bucket: this.bucket, key: objectKey };
    const key = await this.store.getBytes(at, { limitBytes: AES_KEY_BYTES, signal: this.options.signal });
    this.keys.set(objectKey, key);
    return key;
  }
}

/** A key of another length, or padding that is none: another attempt would find the same. */
const undecodableOnError = <T>({ key }: Piece, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    throw new ClipfleetError('undecodable', `${key} cannot be decrypted with its key.`, { details: { key }, cause });
  }
};
