import { errnoOf } from './file-errors.js';

/** What transfers around the page cache begin at multiples of: a page, which no block of a disk or file system is larger than. */
export const BLOCK_BYTES = 4096;

/**
 * Transfers between memory and disk around the page cache (O_DIRECT of open(2)): memory, offset and length are multiples of
 * {@link BLOCK_BYTES}, and so are these bytes.
 */
export const TRANSFER_BYTES = 1024 * 1024;

const WASM_PAGE_BYTES = 64 * 1024;
/** Each memory reserves gigabytes of addresses, however small it is. */
const TRANSFERS_A_MEMORY = 8;
const NO_DIRECT_WAY: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Its types come with the DOM's, which nothing here has. */
declare const WebAssembly: { Memory: new (options: { initial: number }) => { buffer: ArrayBuffer } };

const idle: Uint8Array[] = [];

/** File systems without such transfers, or with larger blocks, say so at `open` or at the first transfer. */
export const hasNoDirectWay = (error: unknown): boolean => NO_DIRECT_WAY.has(errnoOf(error));

/**
 * Memory of {@link TRANSFER_BYTES} that begins at a page; undefined where the address space is limited. It is given back
 * when nothing reads or writes it any more. There is as much of it as was ever in use at once.
 */
export function takeAligned(): Uint8Array | undefined {
  if (idle.length === 0) addMemory();
  return idle.pop();
}

export function giveBack(buffer: Uint8Array): void {
  idle.push(buffer);
}

/** The one kind of memory in JavaScript of which it is known where it begins: it is mapped, page by page. */
function addMemory(): void {
  try {
    const initial = (TRANSFERS_A_MEMORY * TRANSFER_BYTES) / WASM_PAGE_BYTES;
    const { buffer } = new WebAssembly.Memory({ initial });
    for (let at = 0; at < buffer.byteLength; at += TRANSFER_BYTES)
      idle.push(new Uint8Array(buffer, at, TRANSFER_BYTES));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
