import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { BLOCK_BYTES, giveBack, hasNoDirectWay, takeAligned, TRANSFER_BYTES } from './direct-transfers.js';

/** For files that lie on the disk alone and are read once: they have no use for the page cache. */
export async function openDirect(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECT);
  } catch (error) {
    if (!hasNoDirectWay(error)) throw error;
    return open(path, 'r');
  }
}

/**
 * The bytes of a file in pieces that are valid until the next is asked for: while the caller writes one, the next is read. Ends
 * early where the file does, or where it cannot be read directly.
 */
export async function* readPieces(
  handle: FileHandle,
  [startByte, endByte]: readonly [number, number],
): AsyncGenerator<Uint8Array> {
  const aligned = [takeAligned(), takeAligned()];
  const memory = aligned.map((buffer) => buffer ?? new Uint8Array(TRANSFER_BYTES));
  const read = async (turn: number, at: number): Promise<Uint8Array> => {
    const beforeBytes = at % BLOCK_BYTES;
    const { bytesRead } = await handle
      .read(memory[turn], 0, TRANSFER_BYTES, at - beforeBytes)
      .catch((error: unknown) => {
        if (hasNoDirectWay(error)) return { bytesRead: 0 };
        throw error;
      });
    return memory[turn].subarray(beforeBytes, Math.min(bytesRead, endByte - at + beforeBytes));
  };
  let turn = 0;
  let at = startByte;
  let reading: Promise<Uint8Array> | undefined;
  try {
    while (at < endByte) {
      const piece: Uint8Array = await (reading ?? read(turn, at));
      reading = undefined;
      if (piece.byteLength === 0) return;
      at += piece.byteLength;
      turn = 1 - turn;
      if (at < endByte) reading = read(turn, at);
      yield piece;
    }
  } finally {
    await reading?.catch(() => undefined); // or it would write into memory that is someone else's
    for (const buffer of aligned) if (buffer) giveBack(buffer);
  }
}
