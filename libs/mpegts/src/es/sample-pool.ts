/** Large enough that the collector has few of them to look after, small enough that a sample that is held on to holds little. */
export const BLOCK_BYTES = 512 * 1024;

interface Block {
  /** What was cut from it; undefined while more may be. */
  cutBytes: number | undefined;
  returnedBytes: number;
}

/**
 * Blocks of memory for samples, used again once all that was cut from them was given back. What nobody gives back is the
 * collector's: it comes to such memory late, as the objects that stand for it look small.
 */
export class SamplePool {
  private readonly idle: ArrayBuffer[] = [];
  private readonly blocks = new WeakMap<ArrayBufferLike, Block>();

  take(): ArrayBuffer {
    const memory = this.idle.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES).buffer;
    this.blocks.set(memory, { cutBytes: undefined, returnedBytes: 0 });
    return memory;
  }

  /** No more will be cut from it than the `cutBytes` that were. */
  close(memory: ArrayBuffer, cutBytes: number): void {
    const block = this.blocks.get(memory);
    if (!block) return;
    block.cutBytes = cutBytes;
    this.reuse(memory, block);
  }

  /** Bytes of samples, in whatever pieces, that nobody reads any more; each byte once. Others than the pool's are ignored. */
  giveBack(pieces: readonly Uint8Array[]): void {
    for (const { buffer, byteLength } of pieces) {
      const block = this.blocks.get(buffer);
      if (!block) continue;
      block.returnedBytes += byteLength;
      this.reuse(buffer as ArrayBuffer, block);
    }
  }

  private reuse(memory: ArrayBuffer, { cutBytes, returnedBytes }: Block): void {
    if (cutBytes !== returnedBytes) return;
    this.blocks.delete(memory);
    this.idle.push(memory);
  }
}
