import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCipheriv } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskRequested } from '@clipfleet/contracts';
import type { Piece } from '@clipfleet/timeline';
import { createStores, type ObjectStores } from '../create-stores.js';
import { ReadPool, READ_BYTES } from '../pieces/read-pool.js';
import { TaskIo } from './task-io.js';

const PACKET_BYTES = 188;
const KEY = Buffer.alloc(16, 3);
const IV = Buffer.alloc(16, 5);
/** As many reads as show that memory is used again, and a rest. */
const BYTES = Buffer.from(Uint8Array.from({ length: PACKET_BYTES * 28_000 }, (_, at) => at % 251));
for (let at = 0; at < BYTES.length; at += PACKET_BYTES) BYTES[at] = 0x47;
/** One in the reader's hands, those that wait in the two streams it comes through, and one that is being filled. */
const MOST_AT_ONCE = 4;

const pieceOf = (key: string, sizeBytes: number): Piece => ({
  ...{ segmentIndex: 0, key, sizeBytes, durationTicks: 90_000, runIndex: 0 },
});

describe('reading in place', () => {
  let rootPath: string;
  let stores: ObjectStores;
  const plain = pieceOf('a.ts', BYTES.length);
  let encrypted: Piece;
  beforeAll(async () => {
    rootPath = await mkdtemp(join(tmpdir(), 'clipfleet-read-in-place-'));
    stores = createStores([{ id: 'local', driver: 'file', locations: ['local'], rootPath, syncWrites: false }]);
    const store = stores.get('local');
    await store.ensureBucket('in');
    await store.put({ bucket: 'in', key: plain.key }, BYTES);
    const cipher = createCipheriv('aes-128-cbc', KEY, IV);
    const coded = Buffer.concat([cipher.update(BYTES), cipher.final()]);
    await store.put({ bucket: 'in', key: 'key' }, KEY);
    await store.put({ bucket: 'in', key: 'b.ts' }, coded);
    const ivHex = IV.toString('hex');
    encrypted = { ...pieceOf('b.ts', coded.length), cipher: { keyObjectKey: 'key', ivHex } };
  });
  afterAll(async () => {
    await stores.close();
    await rm(rootPath, { recursive: true, force: true });
  });

  const taskIo = (readPool: ReadPool): TaskIo => {
    const source = { storeId: 'local', bucket: 'in' };
    const upload = { uploadId: 'none', destination: { storeId: 'local', bucket: 'in', key: 'out' } };
    const message = { task: { source, workBytes: 1 }, upload } as unknown as TaskRequested;
    return new TaskIo(stores, message, { signal: new AbortController().signal, onProgress: () => {}, readPool });
  };

  /** A pool that knows how much memory it ever had. */
  const countingPool = (): { pool: ReadPool; memories: Set<ArrayBufferLike> } => {
    const memories = new Set<ArrayBufferLike>();
    class CountingPool extends ReadPool {
      override take(): Uint8Array {
        const bytes = super.take();
        memories.add(bytes.buffer);
        return bytes;
      }
    }
    return { pool: new CountingPool(), memories };
  };

  it.each([
    ['a piece', () => plain],
    ['an encrypted piece', () => encrypted],
  ])('gives the bytes of %s, whatever becomes of a chunk later, in the same little memory', async (_name, piece) => {
    const { pool, memories } = countingPool();
    const io = taskIo(pool);
    for (let round = 0; round < 3; round++) {
      const copies: Uint8Array[] = [];
      for await (const chunk of io.readInPlace(piece())) {
        copies.push(Uint8Array.from(chunk));
        chunk.fill(0);
      }
      expect(Buffer.concat(copies).equals(BYTES)).toBe(true);
    }
    expect(BYTES.length).toBeGreaterThan(2 * MOST_AT_ONCE * READ_BYTES);
    expect(memories.size).toBeLessThanOrEqual(MOST_AT_ONCE);
  });

  it('leaves no file open that is given up, before its first byte or later', async () => {
    const store = stores.get('local');
    const pool = new ReadPool();
    const openFiles = (): string[] => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).endsWith('a.ts'));
    for (const isBegun of [false, true]) {
      const stream = await store.get({ bucket: 'in', key: plain.key }, { pool });
      if (isBegun) await stream[Symbol.asyncIterator]().next();
      stream.destroy();
    }
    for (const deadline = Date.now() + 20_000; openFiles().length > 0 && Date.now() < deadline;)
      await new Promise((resolve) => setImmediate(resolve));
    expect(openFiles()).toEqual([]);
  });
});

const linkOf = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // closed in between
  }
};
