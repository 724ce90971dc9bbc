/** One loop waits, anybody wakes it. What is raised while nobody waits is not lost. */
export class Signal {
  private raised = false;
  private wake: () => void = () => undefined;

  raise(): void {
    this.raised = true;
    this.wake();
  }

  lower(): void {
    this.raised = false;
  }

  /** Until it is raised, and for `forMs` at the most; at once where it was raised since it was lowered. */
  async wait(forMs: number): Promise<void> {
    if (this.raised) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, forMs);
    });
    clearTimeout(timer);
  }
}
