import type { DemuxedSample, TrackConfig } from '@clipfleet/mpegts';
import { EndGate } from './end-gate.js';
import type { CutPoint, SelectedSample, SelectionMode } from './select.js';
import { type ShownWindow, ShownWindowMeter } from './shown-window.js';
import { StartGate } from './start-gate.js';

export interface CutSelectorOptions {
  readonly mode: SelectionMode;
  /** In; `pending`: told by `setStart` once the piece it lies in is reached; absent: no cut at the start. */
  readonly start?: CutPoint | 'pending';
  /** Out; may also be told by `setEnd` before the first sample at or after it. Absent: no cut at the end. */
  readonly end?: CutPoint;
  /** Another clip follows: audio goes on for longer than a picture may be shown after out. */
  readonly goesOn?: boolean;
}

/** Longer than any picture between in and out, and its audio frame. */
const AUDIO_OVERRUN_TICKS = 18_000;

/** Where the output really starts and ends, against the request. Negative start: pre-roll; positive end: overrun. */
export interface MeasuredCut {
  readonly startDeltaTicks?: number;
  readonly endDeltaTicks?: number;
  readonly videoFrameCount?: number;
}

/** Chooses the samples that show `[in, out)`, in one pass over samples in decode order. */
export class CutSelector {
  private readonly mode: SelectionMode;
  private readonly startGate: StartGate | undefined;
  private readonly endGate: EndGate;
  private readonly meter = new ShownWindowMeter();
  private start: CutPoint | undefined;
  private end: CutPoint | undefined;

  constructor(options: CutSelectorOptions) {
    this.mode = options.mode;
    this.endGate = new EndGate(options.goesOn === true ? AUDIO_OVERRUN_TICKS : 0);
    if (options.start !== undefined) this.startGate = new StartGate(options.mode);
    if (options.start !== undefined && options.start !== 'pending') this.setStart(options.start);
    if (options.end !== undefined) this.setEnd(options.end);
  }

  /** In, for a selector made with `start: 'pending'`: before the first sample of its piece is pushed. */
  setStart(point: CutPoint): void {
    this.start = point;
    this.startGate?.setPoint(point);
  }

  setEnd(point: CutPoint): void {
    this.end = point;
    this.endGate.setPoint(point);
  }

  /** Nothing after this is needed: reading may stop. */
  get done(): boolean {
    return this.endGate.done;
  }

  /** The samples that are certain to be in the output now, in decode order. */
  push(sample: DemuxedSample, config: TrackConfig | undefined): SelectedSample[] {
    const item = { sample, config };
    return this.select(this.startGate === undefined ? [item] : this.startGate.push(item));
  }

  finish(): SelectedSample[] {
    return this.startGate === undefined ? [] : this.select(this.startGate.finish());
  }

  /** Complete after `finish`. */
  get shown(): ShownWindow {
    const startTicks = this.start && this.meter.startTicks(this.shownFrom(this.start), this.mode === 'exact');
    const endTicks = this.end && this.meter.endTicks(this.end);
    return { ...(startTicks !== undefined && { startTicks }), ...(endTicks !== undefined && { endTicks }) };
  }

  /** Complete after `finish`. */
  get measured(): MeasuredCut {
    const { startTicks, endTicks } = this.shown;
    const { videoFrameCount } = this.meter;
    return {
      ...(this.start !== undefined && startTicks !== undefined && { startDeltaTicks: startTicks - this.start.ticks }),
      ...(this.end !== undefined && endTicks !== undefined && { endDeltaTicks: endTicks - this.end.ticks }),
      ...(videoFrameCount !== undefined && { videoFrameCount }),
    };
  }

  private shownFrom(start: CutPoint): CutPoint {
    const keyTicks = this.startGate?.startKeyTicks;
    if (keyTicks === undefined) return start;
    return { runIndex: start.runIndex, ticks: this.mode === 'exact' ? Math.max(start.ticks, keyTicks) : keyTicks };
  }

  private select(items: SelectedSample[]): SelectedSample[] {
    const from = this.start && this.shownFrom(this.start);
    return items.flatMap((item) => {
      const kept = this.endGate.push(item);
      for (const each of kept) this.meter.addKept(each, from, this.end);
      if (kept.length === 0) this.meter.addDropped(item, this.end);
      return kept;
    });
  }
}
