import type { CutPoint, SelectedSample } from './select.js';

/**
 * Lets pass what is needed to show everything before out. A picture that is shown at or after out may still be a
 * reference for one shown before it: such pictures wait until a later one is needed, and are dropped otherwise.
 */
export class EndGate {
  private point: CutPoint | undefined;
  private readonly waiting = new Map<number, SelectedSample[]>();
  private readonly seen = new Set<number>();
  private readonly ended = new Set<number>();

  /** `audioOverrunTicks`: how much of the audio after out is let through, for what follows to begin where a picture ends. */
  constructor(private readonly audioOverrunTicks = 0) {}

  setPoint(point: CutPoint): void {
    this.point = point;
  }

  /** Every track has passed out: nothing more is needed. */
  get done(): boolean {
    return this.seen.size > 0 && this.ended.size === this.seen.size;
  }

  push(item: SelectedSample): SelectedSample[] {
    const { sample } = item;
    this.seen.add(sample.pid);
    if (this.point === undefined || sample.runIndex < this.point.runIndex) return [item];
    const { ticks, runIndex } = this.point;
    if (sample.runIndex > runIndex || this.ended.has(sample.pid)) return this.end(sample.pid);
    const audioEndTicks = ticks + this.audioOverrunTicks;
    if (sample.ptsTicks < (sample.kind === 'audio' ? audioEndTicks : ticks)) return this.release(item);
    // No picture is shown before it is decoded: from here on none is shown before out.
    if (sample.kind === 'audio' || sample.dtsTicks >= ticks) return this.end(sample.pid);
    this.waiting.set(sample.pid, [...(this.waiting.get(sample.pid) ?? []), item]);
    return [];
  }

  private release(item: SelectedSample): SelectedSample[] {
    const waiting = this.waiting.get(item.sample.pid) ?? [];
    this.waiting.delete(item.sample.pid);
    return [...waiting, item];
  }

  private end(pid: number): SelectedSample[] {
    this.ended.add(pid);
    this.waiting.delete(pid);
    return [];
  }
}
