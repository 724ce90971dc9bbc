/** The machine as a node: so many pods fit on it, the others are pending. First come, first served. */
export class Node {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly podCapacity: number) {}

  /** Resolves when there is room; the function it returns makes room again. */
  async admit(): Promise<() => void> {
    if (this.running >= this.podCapacity) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const next = this.waiting.shift();
      // the room goes to who waits, so that nobody comes in between
      if (next) next();
      else this.running--;
    };
  }
}
