/** What a test waits for: pushed by handlers, awaited by the test. */
export class Received<T> {
  readonly all: T[] = [];
  private waiters: { count: number; resolve: () => void }[] = [];

  push(value: T): void {
    this.all.push(value);
    this.waiters = this.waiters.filter(({ count, resolve }) => {
      if (this.all.length < count) return true;
      resolve();
      return false;
    });
  }

  /** Resolves when there are `count`; rejects at the deadline. */
  async atLeast(count: number, withinMs = 30_000): Promise<T[]> {
    if (this.all.length >= count) return this.all;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.all.length} of ${count} came in ${withinMs} ms`)), withinMs);
      this.waiters.push({ count, resolve });
    });
    clearTimeout(timer);
    return this.all;
  }
}
