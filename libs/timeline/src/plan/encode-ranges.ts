import type { Encoding, VideoRate } from '../edit/encoding.js';
import type { CutMode } from '../edit/output.js';
import { TICKS_PER_MS, TICKS_PER_SECOND } from '../ticks.js';
import { sumBytes } from './cut.js';
import { gridStartOf } from './grid-start.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import { type RemuxClip, tailOf } from './remux-ranges.js';
import type { EncodeAudioTask, EncodeRangeTask, PartBlock, PayloadPlace } from './task.js';
import { clipFields, readBytes, type Stretch, stretchesIn } from './task-clips.js';

export interface EncodeJob {
  clips: RemuxClip[];
  cutMode: CutMode;
  container: 'mp4' | 'mov';
  /** PAT and PMT of the run a piece belongs to. */
  programOf: (piece: Piece) => string | undefined;
  encoding: Encoding;
  /** `copy`: AAC frames stay as they are, in their range. `encode`: by one task for all of it, of one clip alone. */
  sound: 'copy' | 'encode' | 'none';
}

const sumTicks = (pieces: Piece[]): number => pieces.reduce((sum, piece) => sum + piece.durationTicks, 0);

/** Of constant quality nobody knows; half of the source's rate is what the built-in profiles come to. */
const expectedBps = (rate: VideoRate, sourceBps: number): number =>
  rate.kind === 'bitrate' ? rate.bitrateBps : Math.min(sourceBps / 2, rate.maxBitrateBps ?? Infinity);

/** How many ranges: as long as each is worth its ffmpeg, and fills a part. */
export const encodeRangeCount = (pieces: Piece[], rate: VideoRate, limits: PlanLimits): number => {
  const totalTicks = sumTicks(pieces);
  const seconds = Math.max(1, totalTicks / TICKS_PER_SECOND);
  const outputBytes = (expectedBps(rate, (sumBytes(pieces) * 8) / seconds) * seconds) / 8;
  const byTime = Math.floor(totalTicks / (limits.encodeRangeMs * TICKS_PER_MS));
  const bySize = Math.floor(outputBytes / Math.max(1, limits.minEncodedRangeBytes));
  // one block of part numbers is the sound's
  return Math.max(1, Math.min(byTime, bySize, limits.maxEncodeRanges, limits.maxParts - 2));
};

/** Consecutive pieces in at most `count` ranges of about equal time: the n-th ends where n/count of the time has passed. */
export const splitByTime = (pieces: Piece[], count: number): Piece[][] => {
  const totalTicks = sumTicks(pieces);
  const ranges: Piece[][] = [];
  let open: Piece[] = [];
  let passedTicks = 0;
  for (const piece of pieces) {
    open.push(piece);
    passedTicks += piece.durationTicks;
    if (passedTicks * count >= totalTicks * (ranges.length + 1) && ranges.length < count - 1) {
      ranges.push(open);
      open = [];
    }
  }
  if (open.length > 0) ranges.push(open);
  return ranges;
};

/** What a decoder may need before a range that does not begin its clip: pieces of its run, worth `maxGopLeadMs`. */
const leadOf = ({ clip, pieces: [start] }: Stretch<RemuxClip>, limits: PlanLimits): Piece[] => {
  const { pieces } = clip;
  const position = pieces.indexOf(start);
  let first = position;
  for (let ticks = 0; first > 0 && ticks < limits.maxGopLeadMs * TICKS_PER_MS; first--) {
    if (pieces[first - 1].runIndex !== start.runIndex) break;
    ticks += pieces[first - 1].durationTicks;
  }
  return pieces.slice(first, position);
};

const placeOf = (index: number, count: number): PayloadPlace => {
  if (count === 1) return 'only';
  if (index === 0) return 'first';
  return index === count - 1 ? 'last' : 'inner';
};

/** Part 1 of several tasks is the header; the others' numbers are in blocks behind it, in the order of the payload. */
const blockOf = (index: number, count: number, { maxParts }: PlanLimits): PartBlock => {
  if (count === 1) return { firstPartNumber: 1, partCount: maxParts };
  const partCount = Math.floor((maxParts - 1) / count);
  return { firstPartNumber: 2 + index * partCount, partCount };
};

/** What a task is told of the one clip that its pieces are of. */
const stretchFields = (job: EncodeJob, stretch: Stretch<RemuxClip>, limits: PlanLimits) => {
  const { clips, container, cutMode, programOf } = job;
  const { pieces, clip } = stretch;
  const fields = clipFields(clips, [stretch]);
  const lead = pieces[0] === clip.pieces[0] ? fields.lead : leadOf(stretch, limits);
  const end = tailOf(stretch, limits);
  const programBase64 = programOf(pieces[0]);
  return {
    ...fields,
    ...{ container, cutMode, lead, pieces, ...end, workBytes: readBytes([stretch]) + sumBytes(end.tail) },
    ...(programBase64 !== undefined && { programBase64 }),
  };
};

/**
 * The ranges of the video in their order, behind the task of the sound if there is one. No range is of two clips: what it
 * shows ends where its clip does, to the frame, and needs no edit list.
 */
export const planEncodeTasks = (job: EncodeJob, limits: PlanLimits): (EncodeRangeTask | EncodeAudioTask)[] => {
  const { clips, encoding, sound } = job;
  const all = clips.flatMap(({ pieces }) => pieces);
  const wanted = encodeRangeCount(all, encoding.video.rate, limits);
  const stretches = splitByTime(all, wanted).flatMap((pieces) => stretchesIn(clips, pieces));
  const before = sound === 'encode' ? 1 : 0;
  const taskCount = stretches.length + before;
  const placed = (index: number) => ({
    place: placeOf(index, taskCount),
    partBlock: blockOf(index, taskCount, limits),
  });
  const ranges = stretches.map((stretch, rangeIndex): EncodeRangeTask => {
    const gridStart = encoding.video.frameRate === undefined ? undefined : gridStartOf(stretch, limits);
    return {
      kind: 'encode-range',
      ...stretchFields(job, stretch, limits),
      video: encoding.video,
      copiesAudio: sound === 'copy',
      ...{ rangeIndex, rangeCount: stretches.length },
      ...(gridStart && { gridStart }),
      ...placed(rangeIndex + before),
    };
  });
  if (sound !== 'encode') return ranges;
  const whole = stretchFields(job, { clip: clips[0], pieces: clips[0].pieces }, limits);
  return [{ kind: 'encode-audio', ...whole, audio: encoding.audio, ...placed(0) }, ...ranges];
};
