import type { Packet, Tracks } from './packets.js';

export interface AudioWindow {
  /** On the clock of the whole. Absent: where the cut lies on it is not known. */
  fromTicks?: number;
  toTicks?: number;
  /** Frames that may be missing at the start: of a PES that begins before the first segment that is read. */
  lateFrames: number;
}

/** Audio times are rounded by each writer. */
const TOLERANCE_TICKS = 2;

const isSame = (a: Packet, b: Packet): boolean => a.sizeBytes === b.sizeBytes && a.sha256 === b.sha256;

/** A cut has, of each audio track, the frames from in to out, each of them whole, and no others; undefined: it is so. */
export const cutAudioDifference = (made: Tracks, whole: Tracks, window: AudioWindow): string | undefined => {
  for (const [name, all] of whole) {
    if (!name.startsWith('audio')) continue;
    const problem = trackDifference(made.get(name) ?? [], all, window);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
};

const trackDifference = (
  made: readonly Packet[],
  all: readonly Packet[],
  { fromTicks, toTicks, lateFrames }: AudioWindow,
): string | undefined => {
  // frames of silence or of a steady tone may be equal: where all of them fit
  const starts = all.flatMap((_, at) =>
    made.every((packet, i) => all[at + i] && isSame(packet, all[at + i])) ? [at] : [],
  );
  if (made.length === 0 || starts.length === 0)
    return 'frames that are not those of the recording, one after the other';
  if (fromTicks === undefined || toTicks === undefined) return undefined;
  const within = (margin: number): Packet[] =>
    all.filter(({ pts }) => pts >= fromTicks - margin && pts < toTicks + margin);
  const [inner, outer] = [within(-TOLERANCE_TICKS), within(TOLERANCE_TICKS)];
  const isIn = starts.some((at) => {
    const [first, last] = [all[at], all[at + made.length - 1]];
    const isStart = all.indexOf(outer[0]) <= at && at <= all.indexOf(inner[0]) + lateFrames;
    return first && isStart && [inner.at(-1), outer.at(-1)].includes(last);
  });
  if (isIn) return undefined;
  return `${made.length} frames at ${all[starts[0]].pts} instead of ${inner.length} from ${fromTicks} to ${toTicks}`;
};
