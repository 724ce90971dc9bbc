import { EMPTY_EDIT, type Edit } from '../boxes/elst.js';
import type { SpanSample } from '../report/span-reader.js';
import { type ClipWindow, type Lane, type Place, samplesOf } from './lane.js';
import type { PlacedSpan } from './place-runs.js';
import type { TrackExtent } from './track-edits.js';

/** What of a clip's pictures is used, counted from its first keyframe. Times count from where the clip is shown. */
interface Pictures {
  /** PTS of the first keyframe. What is presented before it cannot be decoded: the clip before has its references. */
  readonly keyTicks: number;
  readonly firstDtsTicks: number;
  /** The first picture in decoding order that is shown. */
  readonly shown: { readonly index: number; readonly dtsTicks: number } | undefined;
}

function lookAt(spans: readonly PlacedSpan[], clip: ClipWindow): Pictures | undefined {
  let key: { ticks: number; dtsTicks: number } | undefined;
  let index = 0;
  for (const { sample, dtsTicks } of samplesOf(spans, clip)) {
    const ptsTicks = dtsTicks + sample.offsetTicks;
    if (key === undefined && sample.keyframe) key = { ticks: ptsTicks, dtsTicks };
    if (key === undefined || ptsTicks < key.ticks) continue;
    if (ptsTicks >= 0 && ptsTicks < clip.durationTicks)
      return { keyTicks: key.ticks, firstDtsTicks: key.dtsTicks, shown: { index, dtsTicks } };
    index++;
  }
  return key && { keyTicks: key.ticks, firstDtsTicks: key.dtsTicks, shown: undefined };
}

/** How long before its presentation a clip's first shown picture is decoded. */
export function pictureDelayTicks(spans: readonly PlacedSpan[], clip: ClipWindow): number {
  const shown = lookAt(spans, clip)?.shown;
  return shown === undefined ? 0 : -shown.dtsTicks;
}

interface OpenEdit {
  startTicks: number;
  endTicks: number;
  readonly mediaTicks: number;
}

/**
 * Pictures of several clips: one edit for each, which hides what is only there to be decoded. Presentation times inside a clip
 * are the source's. Decoding times are not quite: libavformat gives the first shown picture of an edit, in decoding order,
 * the edit's start as its decoding time, so the delay from there to presentation has to be the same in all clips, or a
 * clip would be late by the difference. Pictures before it are hidden, and squeezed together in front of it.
 */
export class VideoLane implements Lane {
  private readonly open: OpenEdit[] = [];
  private pictures: Pictures | undefined;
  /** Of the clip's zero, on the track's axis. */
  private clipTicks = 0;
  private index = 0;
  private started = false;
  private isLast = false;
  private endTicks: number | undefined;

  /** `delayTicks`: the largest of the clips' delays. */
  constructor(private readonly delayTicks: number) {}

  startClip(clip: ClipWindow, spans: readonly PlacedSpan[]): void {
    this.pictures = lookAt(spans, clip);
    this.index = 0;
    this.started = false;
    this.isLast = clip.isLast;
    if (this.pictures === undefined) return;
    this.fillUpTo(clip.startTicks);
    const firstTicks = this.dtsOf(0, this.pictures.firstDtsTicks);
    this.clipTicks = this.endTicks === undefined ? 0 : this.endTicks - firstTicks;
    const endTicks = clip.startTicks + clip.durationTicks;
    this.open.push({ startTicks: clip.startTicks, endTicks, mediaTicks: this.clipTicks });
    this.reach(this.clipTicks + clip.durationTicks);
    for (const { span, offsetTicks } of spans)
      this.reach(this.clipTicks + span.maxEndTicks + offsetTicks - clip.originTicks);
  }

  place(sample: SpanSample, relativeTicks: number): Place | undefined {
    const { pictures } = this;
    if (pictures === undefined) return undefined;
    this.started ||= sample.keyframe;
    const ptsTicks = relativeTicks + sample.offsetTicks;
    if (!this.started || ptsTicks < pictures.keyTicks) return undefined;
    const dtsTicks = this.dtsOf(this.index, relativeTicks);
    this.index++;
    this.reach(this.clipTicks + dtsTicks + 1);
    return { startTicks: this.clipTicks + dtsTicks, offsetTicks: ptsTicks - dtsTicks };
  }

  placed(): void {}

  /**
   * libavformat goes on behind the end of an edit up to a keyframe, with reordered pictures up to the second one, and loses
   * count of the sample descriptions when those are the next clip's. So each clip ends with keyframes of its own.
   */
  endClip(): readonly Place[] {
    if (this.pictures === undefined || this.isLast) return [];
    const keyframes = this.delayTicks > 0 ? 2 : 1;
    return Array.from({ length: keyframes }, () => {
      const startTicks = this.endTicks ?? 0;
      this.reach(startTicks + 1);
      return { startTicks, offsetTicks: 0 };
    });
  }

  edits({ firstDts }: TrackExtent): Edit[] {
    const [first] = this.open;
    const edits = this.open.map(({ startTicks, endTicks, mediaTicks }) => ({
      duration: endTicks - startTicks,
      mediaTime: mediaTicks - firstDts,
    }));
    return first.startTicks > 0 ? [{ duration: first.startTicks, mediaTime: EMPTY_EDIT }, ...edits] : edits;
  }

  private dtsOf(index: number, dtsTicks: number): number {
    const shownIndex = this.pictures?.shown?.index;
    if (shownIndex === undefined || index > shownIndex) return dtsTicks;
    return Math.min(dtsTicks, -this.delayTicks - (shownIndex - index));
  }

  /** Where clips before this one have no pictures, the last one stays. */
  private fillUpTo(ticks: number): void {
    const last = this.open.at(-1);
    if (last === undefined) return;
    this.reach(last.mediaTicks + ticks - last.startTicks);
    last.endTicks = ticks;
  }

  private reach(ticks: number): void {
    this.endTicks = Math.max(this.endTicks ?? ticks, ticks);
  }
}
