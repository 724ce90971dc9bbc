import { EMPTY_EDIT, type Edit } from '../boxes/elst.js';
import { rescaleNearest } from '../bytes/rescale.js';
import { MOVIE_TIMESCALE } from '../movie/write-header.js';
import type { SpanSample } from '../report/span-reader.js';
import { type ClipWindow, type Lane, type Place, samplesOf } from './lane.js';
import type { PlacedSpan } from './place-runs.js';
import type { TrackExtent } from './track-edits.js';

/** Frames a decoder wants before the first it shall play. */
const PRIMING_FRAMES = 2;

/** The frames of a clip that are played, by index; their track's time in PCM samples. */
interface Played {
  readonly first: number;
  readonly last: number;
  /** From where the clip is shown to the first frame. */
  readonly firstTicks: number;
  /** Output time of the first frame, or of where it is cut. */
  readonly fromSample: number;
  /** What of the first frame is not played. */
  readonly skippedSamples: number;
  /** The output must not play longer than this. */
  readonly untilSample: number;
}

interface OpenEdit {
  readonly fromSample: number;
  toSample: number;
  readonly mediaSample: number;
}

/**
 * Audio of several clips: one edit for each, of whole frames, since decoders play frames whole at a join, whatever the edit
 * says. Each clip plays on where the one before ended, with the frame that is nearest to being in time: it is never off by
 * more than half a frame, and that does not add up. Only the very start is cut inside a frame, and the very end by the edit.
 */
export class AudioLane implements Lane {
  private readonly open: OpenEdit[] = [];
  private played: Played | undefined;
  private keepFrom = 0;
  /** From a clip's time to the track's axis. */
  private shiftTicks = 0;
  private index = 0;
  private mediaEndSample = 0;
  private firstMediaSample = 0;
  private playedEndSample = 0;

  constructor(private readonly rateHz: number) {}

  startClip(clip: ClipWindow, spans: readonly PlacedSpan[]): void {
    this.index = 0;
    this.played = this.choose(clip, spans);
    if (this.played === undefined) return;
    const { first, fromSample } = this.played;
    const last = this.open.at(-1);
    if (last === undefined) {
      this.keepFrom = 0;
      return;
    }
    last.toSample = fromSample;
    this.mediaEndSample = Math.max(this.mediaEndSample, last.mediaSample + last.toSample - last.fromSample);
    this.keepFrom = Math.max(0, first - PRIMING_FRAMES);
    for (const { sample, dtsTicks, index } of framesOf(spans, clip)) {
      if (index < this.keepFrom) continue;
      // a frame's distance, so that no rounding makes the frame before or after an edit part of it
      this.shiftTicks = Math.ceil(this.toTicks(this.mediaEndSample + sample.pcmSamples)) - dtsTicks;
      return;
    }
  }

  place(_sample: SpanSample, relativeTicks: number): Place | undefined {
    const { played, index } = this;
    this.index++;
    if (played === undefined || index < this.keepFrom || index > played.last) return undefined;
    return { startTicks: relativeTicks + this.shiftTicks, offsetTicks: 0 };
  }

  placed(mediaTime: number, { pcmSamples }: SpanSample): void {
    const index = this.index - 1;
    this.mediaEndSample = mediaTime + pcmSamples;
    if (index === this.played?.first) this.firstMediaSample = mediaTime;
    this.playedEndSample = mediaTime + pcmSamples;
  }

  endClip(): readonly Place[] {
    if (this.played === undefined) return [];
    const { fromSample, skippedSamples, untilSample } = this.played;
    const mediaSample = this.firstMediaSample + skippedSamples;
    const toSample = Math.min(fromSample + this.playedEndSample - mediaSample, untilSample);
    this.open.push({ fromSample, toSample, mediaSample });
    return [];
  }

  edits({ firstDts }: TrackExtent): Edit[] {
    const [first] = this.open;
    const edits = this.open.map(({ fromSample, toSample, mediaSample }) => ({
      duration: this.toMovie(toSample) - this.toMovie(fromSample),
      mediaTime: mediaSample - firstDts,
    }));
    return first.fromSample > 0
      ? [{ duration: this.toMovie(first.fromSample), mediaTime: EMPTY_EDIT }, ...edits]
      : edits;
  }

  private choose(clip: ClipWindow, spans: readonly PlacedSpan[]): Played | undefined {
    const start = this.open.length === 0 ? this.firstOfAll(clip, spans) : this.next(clip, spans);
    if (start === undefined) return undefined;
    const endTicks = clip.startTicks + clip.durationTicks;
    if (clip.isLast) return { ...start, last: Infinity, untilSample: this.toSample(endTicks) };
    // output time of a frame's end, against the clip's
    const playTicks = this.toTicks(start.fromSample - start.skippedSamples) - start.firstTicks;
    let last = start.first - 1;
    let offTicks = Math.abs(playTicks + start.firstTicks - endTicks);
    for (const { index, endTicks: frameEndTicks } of this.frames(spans, clip)) {
      const off = Math.abs(playTicks + frameEndTicks - endTicks);
      if (index < start.first || off > offTicks) continue;
      last = index;
      offTicks = off;
    }
    return last < start.first ? undefined : { ...start, last, untilSample: Infinity };
  }

  /** Nothing is played yet: to the sample, from the frame that reaches the clip's start. */
  private firstOfAll(clip: ClipWindow, spans: readonly PlacedSpan[]): Omit<Played, 'last' | 'untilSample'> | undefined {
    for (const { index, dtsTicks, endTicks } of this.frames(spans, clip)) {
      if (endTicks <= 0) continue;
      return {
        ...{ first: index, firstTicks: dtsTicks },
        fromSample: this.toSample(clip.startTicks + Math.max(0, dtsTicks)),
        skippedSamples: this.toSample(Math.max(0, -dtsTicks)),
      };
    }
    return undefined;
  }

  /** The frame that is in time where the clip before has ended; after more than a frame's silence, in time by itself. */
  private next(clip: ClipWindow, spans: readonly PlacedSpan[]): Omit<Played, 'last' | 'untilSample'> | undefined {
    const playedSample = this.open.at(-1)!.toSample;
    const behindTicks = this.toTicks(playedSample) - clip.startTicks;
    let best: { index: number; dtsTicks: number; frameTicks: number; offTicks: number } | undefined;
    for (const { index, dtsTicks, endTicks } of this.frames(spans, clip)) {
      const frameTicks = endTicks - dtsTicks;
      const wantedTicks = behindTicks < -frameTicks ? 0 : behindTicks;
      const offTicks = Math.abs(dtsTicks - wantedTicks);
      if (best !== undefined && offTicks >= best.offTicks) break;
      best = { index, dtsTicks, frameTicks, offTicks };
    }
    if (best === undefined) return undefined;
    const isSilent = Math.abs(best.dtsTicks - behindTicks) > best.frameTicks;
    const fromSample = isSilent ? Math.max(playedSample, this.toSample(clip.startTicks + best.dtsTicks)) : playedSample;
    return { first: best.index, firstTicks: best.dtsTicks, fromSample, skippedSamples: 0 };
  }

  private *frames(spans: readonly PlacedSpan[], clip: ClipWindow) {
    for (const frame of framesOf(spans, clip))
      yield { ...frame, endTicks: frame.dtsTicks + this.toTicks(frame.sample.pcmSamples) };
  }

  private readonly toTicks = (samples: number): number => (samples * 90_000) / this.rateHz;
  private readonly toSample = (ticks: number): number => rescaleNearest(Math.round(ticks), this.rateHz, 90_000);
  private readonly toMovie = (samples: number): number => rescaleNearest(samples, MOVIE_TIMESCALE, this.rateHz);
}

function* framesOf(spans: readonly PlacedSpan[], clip: ClipWindow) {
  let index = 0;
  for (const item of samplesOf(spans, clip)) yield { ...item, index: index++ };
}
