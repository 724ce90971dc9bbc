import type { Edit } from '../boxes/elst.js';
import { type RangeReport } from '../report/range-report.js';
import { SpanReader, type SpanSample } from '../report/span-reader.js';
import type { PlacedSpan } from './place-runs.js';
import { type EditOptions, type TrackExtent, trackEdits } from './track-edits.js';

/** A clip of an edit on the output's time axis, in 90 kHz ticks. */
export interface ClipWindow {
  readonly reports: readonly RangeReport[];
  /** What is added to a placed span's times makes this 0: where showing the clip begins. */
  readonly originTicks: number;
  /** For how long it is shown. */
  readonly durationTicks: number;
  /** When it is shown. */
  readonly startTicks: number;
  readonly isLast: boolean;
}

/** Where a sample comes to lie on its track's axis of decoding times. */
export interface Place {
  readonly startTicks: number;
  /** From decoding to presentation. */
  readonly offsetTicks: number;
}

/** A track through the clips of an edit: gives the samples their places, and knows which of them are shown when. */
export interface Lane {
  /** What follows is of this clip; `spans` are the track's, in order. */
  startClip(clip: ClipWindow, spans: readonly PlacedSpan[]): void;
  /** Of the clip's next sample, whose decoding time counts from where the clip is shown; undefined: it is left out. */
  place(sample: SpanSample, relativeTicks: number): Place | undefined;
  /** The sample that was placed last has got this decoding time, in the track's timescale. */
  placed(mediaTime: number, sample: SpanSample): void;
  /** Where the clip's first sample is to come once more, hidden. */
  endClip(): readonly Place[];
  edits(extent: TrackExtent): Edit[];
}

/** The only clip: its samples stay where they are, and one edit shows them. */
export class SoleLane implements Lane {
  constructor(private readonly options: EditOptions) {}

  startClip(): void {}

  place({ offsetTicks }: SpanSample, startTicks: number): Place {
    return { startTicks, offsetTicks };
  }

  placed(): void {}

  endClip(): readonly Place[] {
    return [];
  }

  edits(extent: TrackExtent): Edit[] {
    return trackEdits(extent, this.options);
  }
}

export interface RelativeSample {
  readonly sample: SpanSample;
  /** Decoding time, from where the clip is shown. */
  readonly dtsTicks: number;
}

/** A track's samples in a clip, ahead of their being placed. */
export function* samplesOf(spans: readonly PlacedSpan[], { originTicks }: ClipWindow): Generator<RelativeSample> {
  for (const { span, offsetTicks } of spans) {
    const reader = new SpanReader(span);
    while (!reader.atEnd) {
      const sample = reader.next();
      yield { sample, dtsTicks: sample.dtsTicks + offsetTicks - originTicks };
    }
  }
}
