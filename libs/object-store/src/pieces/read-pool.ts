/** Of one read of a file. */
export const READ_BYTES = 512 * 1024;

/**
 * Memory that objects are read into again and again, for readers that are done with a chunk when they ask for the next. What
 * nobody gives back is the collector's, which comes to such memory late: the objects that stand for it look small.
 */
export class ReadPool {
  private readonly idle: Uint8Array[] = [];
  private readonly lent = new WeakSet<ArrayBufferLike>();

  /** {@link READ_BYTES}, with anything in them. */
  take(): Uint8Array {
    const bytes = this.idle.pop() ?? new Uint8Array(READ_BYTES);
    this.lent.add(bytes.buffer);
    return bytes;
  }

  /** Memory of which nobody reads any part any more. Others than the pool's is ignored. */
  giveBack({ buffer }: Uint8Array): void {
    if (this.lent.delete(buffer)) this.idle.push(new Uint8Array(buffer));
  }
}
