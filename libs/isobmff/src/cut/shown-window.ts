import { audioEndTicks, type CutPoint, type SelectedSample } from './select.js';

/** What is shown of a range, on the samples' own clock: `startTicks` in its first run, `endTicks` in its last. */
export interface ShownWindow {
  readonly startTicks?: number;
  readonly endTicks?: number;
}

/** Watches what passes a cut and tells which frames will be shown, and from when to when. */
export class ShownWindowMeter {
  private videoPid: number | undefined;
  private videoFrames = 0;
  private firstVideoTicks: number | undefined;
  private firstAudioTicks: number | undefined;
  private lastTicks: number | undefined;
  private beforeLastTicks: number | undefined;
  private nextTicks: number | undefined;
  private audioEnd: number | undefined;

  get videoFrameCount(): number | undefined {
    return this.videoPid === undefined ? undefined : this.videoFrames;
  }

  /** A sample of the output. `fromTicks`: where showing begins, in the run of in. */
  addKept({ sample }: SelectedSample, from: CutPoint | undefined, to: CutPoint | undefined): void {
    const { runIndex, ptsTicks } = sample;
    if (sample.kind === 'audio') {
      if (runIndex === from?.runIndex && audioEndTicks(sample) > from.ticks) this.firstAudioTicks ??= ptsTicks;
      if (to === undefined || runIndex === to.runIndex) this.audioEnd = audioEndTicks(sample);
      return;
    }
    this.videoPid ??= sample.pid;
    if (sample.pid !== this.videoPid) return;
    if (runIndex === to?.runIndex && ptsTicks >= to.ticks) return this.addNext(ptsTicks);
    // Hidden frames count, too: they tell how long a frame lasts.
    if (runIndex === to?.runIndex) this.addBeforeEnd(ptsTicks);
    if (runIndex === from?.runIndex && ptsTicks < from.ticks) return;
    this.videoFrames++;
    if (runIndex === from?.runIndex) this.firstVideoTicks = Math.min(this.firstVideoTicks ?? ptsTicks, ptsTicks);
  }

  /** A sample that is left out: the first picture after out tells when the last one before it ends. */
  addDropped({ sample }: SelectedSample, to: CutPoint | undefined): void {
    const isNext = sample.pid === this.videoPid && sample.runIndex === to?.runIndex && sample.ptsTicks >= to.ticks;
    if (isNext) this.addNext(sample.ptsTicks);
  }

  startTicks(from: CutPoint, exact: boolean): number | undefined {
    // Less than a frame is asked for: what is shown at in.
    if (this.videoPid !== undefined) return this.firstVideoTicks ?? from.ticks;
    if (this.firstAudioTicks === undefined) return undefined;
    return exact ? Math.max(from.ticks, this.firstAudioTicks) : this.firstAudioTicks;
  }

  /**
   * End of the last shown picture: the next one's start, or one frame duration when the source has a hole there. Out, where the
   * range has no other picture that tells how long one is.
   */
  endTicks(to: CutPoint): number | undefined {
    if (this.videoPid === undefined) return this.audioEnd === undefined ? undefined : Math.min(this.audioEnd, to.ticks);
    if (this.lastTicks === undefined || this.videoFrames === 0) return to.ticks;
    if (this.beforeLastTicks === undefined) return to.ticks;
    const nominalEnd = this.lastTicks + (this.lastTicks - this.beforeLastTicks);
    return this.nextTicks === undefined ? nominalEnd : Math.min(this.nextTicks, Math.max(to.ticks, nominalEnd));
  }

  private addBeforeEnd(ptsTicks: number): void {
    if (this.lastTicks === undefined || ptsTicks > this.lastTicks) {
      this.beforeLastTicks = this.lastTicks;
      this.lastTicks = ptsTicks;
    } else if (this.beforeLastTicks === undefined || ptsTicks > this.beforeLastTicks) this.beforeLastTicks = ptsTicks;
  }

  private addNext(ptsTicks: number): void {
    this.nextTicks = Math.min(this.nextTicks ?? ptsTicks, ptsTicks);
  }
}
