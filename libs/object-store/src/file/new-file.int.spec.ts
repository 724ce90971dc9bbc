import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TRANSFER_BYTES } from './direct-transfers.js';
import { NewFile } from './new-file.js';
import { openDirect, readPieces } from './read-pieces.js';

const BYTES = randomBytes(3 * TRANSFER_BYTES + 4096 + 7);

describe('a file written and read around the page cache', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clipfleet-direct-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (name: string, bytes: Uint8Array, chunkBytes: number, sync: boolean): Promise<string> => {
    const path = join(folder, name);
    const file = await NewFile.create(path, { sync });
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const chunk = Uint8Array.from(bytes.subarray(at, at + chunkBytes));
      await file.append(chunk);
      chunk.fill(0); // it is the caller's again
    }
    await file.finish();
    await file.close();
    return path;
  };
  const openPlain = (path: string): Promise<FileHandle> => open(path, 'r');
  const read = async (path: string, range: [number, number], openFile = openDirect): Promise<Buffer> => {
    const handle = await openFile(path);
    const pieces: Buffer[] = [];
    for await (const piece of readPieces(handle, range)) pieces.push(Buffer.from(piece));
    await handle.close();
    return Buffer.concat(pieces);
  };

  const SIZES = [0, 1, 4096, TRANSFER_BYTES - 1, TRANSFER_BYTES, TRANSFER_BYTES + 1, 3 * TRANSFER_BYTES, BYTES.length];
  it.each(SIZES.flatMap((sizeBytes) => [true, false].map((sync) => [sizeBytes, sync] as const)))(
    'has the bytes it was given, %p of them, waited for: %p',
    async (sizeBytes, sync) => {
      const expected = BYTES.subarray(0, sizeBytes);
      for (const chunkBytes of [64 * 1024 - 3, TRANSFER_BYTES, BYTES.length]) {
        const path = await write(`${chunkBytes}`, expected, chunkBytes, sync);
        expect((await readFile(path)).equals(expected)).toBe(true);
        expect((await read(path, [0, sizeBytes])).equals(expected)).toBe(true);
      }
    },
  );

  it.each([true, false])('has the bytes of several writers, each in its place, waited for: %p', async (sync) => {
    const path = join(folder, 'spans');
    const starts = [0, TRANSFER_BYTES, 3 * TRANSFER_BYTES];
    const first = await NewFile.create(path, { sync }); // there must be a file to go on in
    const others = starts.slice(1).map((startByte) => NewFile.within(path, startByte, { sync }));
    const writers = [first, ...(await Promise.all(others))];
    for (const [index, writer] of writers.toReversed().entries()) {
      const at = starts.length - 1 - index;
      await writer.append(BYTES.subarray(starts[at], starts[at + 1]));
      await writer.finish();
      await writer.close();
    }
    expect((await readFile(path)).equals(BYTES)).toBe(true);
  });

  it.each([0, 1, 4095, 4096, 4097, TRANSFER_BYTES - 1, TRANSFER_BYTES + 1, BYTES.length - 1])(
    'is read from byte %p on',
    async (startByte) => {
      const path = await write('whole', BYTES, BYTES.length, true);
      for (const endByte of [BYTES.length, Math.min(BYTES.length, startByte + TRANSFER_BYTES + 5), startByte + 1]) {
        const expected = BYTES.subarray(startByte, endByte);
        expect((await read(path, [startByte, endByte])).equals(expected)).toBe(true);
        expect((await read(path, [startByte, endByte], openPlain)).equals(expected)).toBe(true);
      }
    },
  );

  it('is not mixed with others that are written at the same time', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}`);
    const bytesOf = (name: string): Buffer => Buffer.alloc(2 * TRANSFER_BYTES + 5, Number(name) + 1);
    const paths = await Promise.all(names.map((name) => write(name, bytesOf(name), 300_000, true)));
    for (const [index, path] of paths.entries()) {
      expect((await read(path, [0, BYTES.length])).equals(bytesOf(names[index]))).toBe(true);
    }
  });

  it('is not made where one of its name is', async () => {
    const path = join(folder, 'taken');
    await writeFile(path, 'x');
    await expect(NewFile.create(path, { sync: true })).rejects.toThrow('EEXIST');
  });

  it('ends early for its reader where it is shorter than it should be', async () => {
    const path = await write('short', BYTES, BYTES.length, true);
    expect((await read(path, [0, BYTES.length + 1])).equals(BYTES)).toBe(true);
  });

  it('gives its memory back when its reader stops in the middle', async () => {
    const path = await write('left', BYTES, BYTES.length, true);
    for (let round = 0; round < 50; round++) {
      const handle = await openDirect(path);
      for await (const piece of readPieces(handle, [0, BYTES.length])) if (piece.length > 0) break;
      await handle.close();
    }
    expect((await read(path, [0, BYTES.length])).equals(BYTES)).toBe(true);
  });
});
