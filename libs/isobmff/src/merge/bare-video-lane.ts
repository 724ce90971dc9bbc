import { EMPTY_EDIT, type Edit } from '../boxes/elst.js';
import type { SpanSample } from '../report/span-reader.js';
import { type ClipWindow, type Lane, type Place, samplesOf } from './lane.js';
import type { PlacedSpan } from './place-runs.js';
import type { TrackExtent } from './track-edits.js';

/** Whether a clip's pictures are all shown, and begin with a keyframe: nothing of it has to be hidden. */
export function isBare(spans: readonly PlacedSpan[], clip: ClipWindow): boolean {
  let isFirst = true;
  for (const { sample, dtsTicks } of samplesOf(spans, clip)) {
    const ptsTicks = dtsTicks + sample.offsetTicks;
    if (isFirst && !sample.keyframe) return false;
    if (ptsTicks < 0 || ptsTicks >= clip.durationTicks) return false;
    isFirst = false;
  }
  return true;
}

/**
 * Pictures of several clips that hide none: one edit shows them all, so that players that know no edit lists show the same, and
 * a seek finds every picture. Presentation goes on from clip to clip. So does decoding, when the delay from one to the other is
 * the same everywhere: that of the clip with the greatest.
 */
export class BareVideoLane implements Lane {
  private clip: ClipWindow | undefined;
  private firstShownTicks: number | undefined;
  private endTicks = 0;
  /** The clip's first picture has not come. */
  private isFirst = false;
  private earlierTicks = 0;

  /** `delayTicks`: the largest of the clips' delays. */
  constructor(private readonly delayTicks: number) {}

  startClip(clip: ClipWindow, spans: readonly PlacedSpan[]): void {
    this.clip = clip;
    this.isFirst = true;
    if (spans.length === 0) return;
    this.firstShownTicks ??= clip.startTicks;
    this.endTicks = clip.startTicks + clip.durationTicks;
  }

  place({ offsetTicks }: SpanSample, relativeTicks: number): Place | undefined {
    if (this.clip === undefined) return undefined;
    if (this.isFirst) this.earlierTicks = this.delayTicks + relativeTicks;
    this.isFirst = false;
    const startTicks = this.clip.startTicks + relativeTicks - this.earlierTicks;
    return { startTicks, offsetTicks: offsetTicks + this.earlierTicks };
  }

  placed(): void {}

  endClip(): readonly Place[] {
    return [];
  }

  edits({ firstDts }: TrackExtent): Edit[] {
    const fromTicks = this.firstShownTicks ?? 0;
    const edit = { duration: this.endTicks - fromTicks, mediaTime: fromTicks - firstDts };
    return fromTicks > 0 ? [{ duration: fromTicks, mediaTime: EMPTY_EDIT }, edit] : [edit];
  }
}
