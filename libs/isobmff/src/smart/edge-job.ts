import type { VideoSample, VideoTrackConfig } from '@clipfleet/mpegts';

/** A picture to be encoded anew. It takes over a decoding time of the source's, so that the track's times stay in order. */
export interface EdgeFrame {
  readonly ptsTicks: number;
  readonly dtsTicks: number;
}

/** What an encoder needs to make the pictures of one edge. */
export interface EdgeJob {
  readonly edge: 'head' | 'tail';
  readonly config: VideoTrackConfig;
  /** In decode order, from a keyframe on: what the frames are decoded from. */
  readonly samples: readonly VideoSample[];
  /** In presentation order. */
  readonly frames: readonly EdgeFrame[];
}

/**
 * The frames among `samples` (decode order) with from ≤ PTS < to. The picture of presentation rank r gets the decoding time
 * of decode rank r: all r + 1 pictures up to it have been decoded by then, so the last of them is at rank r or later and
 * was not stamped after its own presentation. Encoded without reordering, no picture is decoded after it is shown.
 */
export function framesBetween(samples: readonly VideoSample[], fromTicks: number, toTicks: number): EdgeFrame[] {
  const shown = samples.map(({ ptsTicks }) => ptsTicks).sort((a, b) => a - b);
  return shown
    .map((ptsTicks, rank) => ({ ptsTicks, dtsTicks: samples[rank].dtsTicks }))
    .filter(({ ptsTicks }) => ptsTicks >= fromTicks && ptsTicks < toTicks);
}

/**
 * How many samples (decode order) can stay as they are although the cut hides later ones that others need: the longest
 * beginning that is shown wholly before everything that follows it.
 */
export function keptBefore(samples: readonly VideoSample[], endTicks: number): number {
  const firstHidden = samples.findIndex(({ ptsTicks }) => ptsTicks >= endTicks);
  if (firstHidden === -1) return samples.length;
  for (let count = firstHidden; count > 0; count--) {
    const lastKept = Math.max(...samples.slice(0, count).map(({ ptsTicks }) => ptsTicks));
    if (samples.slice(count).every(({ ptsTicks }) => ptsTicks > lastKept)) return count;
  }
  return 0;
}
