interface Happening {
  atMs: number;
  order: number;
  happen: () => Promise<void> | void;
}

/** Time that passes when nothing is left to do at the present one, and only then: no machine is too slow for it. */
export class VirtualClock {
  private readonly coming: Happening[] = [];
  private count = 0;
  private presentMs = 0;

  get nowMs(): number {
    return this.presentMs;
  }

  after(ms: number, happen: Happening['happen']): void {
    this.coming.push({ atMs: this.presentMs + ms, order: this.count++, happen });
  }

  async runUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const next = this.takeNext();
      if (!next) throw new Error('nothing will happen any more');
      this.presentMs = next.atMs;
      await next.happen();
    }
  }

  async run(ms: number): Promise<void> {
    let isOver = false;
    this.after(ms, () => void (isOver = true));
    await this.runUntil(() => isOver);
  }

  private takeNext(): Happening | undefined {
    const next = this.coming.reduce<Happening | undefined>(
      (first, one) => (first && isBefore(first, one) ? first : one),
      undefined,
    );
    if (next) this.coming.splice(this.coming.indexOf(next), 1);
    return next;
  }
}

const isBefore = (a: Happening, b: Happening): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
