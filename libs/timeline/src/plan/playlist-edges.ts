import type { ObjectRef } from '../edit/edit.js';
import { ticksToMs } from '../ticks.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { sumBytes } from './cut.js';
import type { Piece } from './piece.js';
import type { PlaylistEntry } from './plan.js';
import type { PlanLimits } from './plan-input.js';
import type { PreparedClip } from './prepared.js';
import { piecesAfter } from './select-pieces.js';
import type { TsPartsTask } from './task.js';
import type { CutClip } from './task-clips.js';
import { type TsJob, streamTask } from './ts-tasks.js';

/** The same name, with another extension: what lies beside an output. */
export const keyBeside = (key: string, extension: string): string => `${key.replace(/\.[^./]*$/, '')}${extension}`;

/** Of an exact playlist: the object that its cut segments lie in, one behind the other. The same name, `.edges.ts`. */
export const edgesKeyBeside = (key: string): string => keyBeside(key, '.edges.ts');

/** A segment of a playlist that is cut: the first one of a clip, the last one, or both in one. */
interface PlaylistEdge {
  clip: PreparedClip;
  piece: Piece;
  starts: boolean;
  ends: boolean;
}

const edgesOf = (clip: PreparedClip): PlaylistEdge[] => {
  const { pieces, cut } = clip;
  const [first, last] = [pieces[0], pieces.at(-1)!];
  const [starts, ends] = [cut.trimStart !== undefined, cut.trimEnd !== undefined];
  if (first === last) return starts || ends ? [{ clip, piece: first, starts, ends }] : [];
  return [
    ...(starts ? [{ clip, piece: first, starts, ends: false }] : []),
    ...(ends ? [{ clip, piece: last, starts: false, ends }] : []),
  ];
};

/** EXT-X-GAP: there is nothing to cut. */
const demandMedia = ({ clip: { clip }, piece }: PlaylistEdge): void => {
  if (!clip.timeline.segments[piece.segmentIndex].gap) return;
  const text = `The cut lies in ${piece.key}, which is a gap of the recording.`;
  throw new TimelineError('gap', text, { segmentIndex: piece.segmentIndex });
};

/** As a clip of its own, of a run of its own: no edge goes on with another one's clock. */
const toClip = ({ clip, piece, starts, ends }: PlaylistEdge, runIndex: number) => {
  const inRun = (pieces: readonly Piece[]): Piece[] => pieces.map((each) => ({ ...each, runIndex }));
  const { trimStart, trimEnd, lead, ...cut } = clip.cut;
  const own: CutClip = {
    clipIndex: clip.clipIndex,
    pieces: inRun([piece]),
    cut: {
      ...cut,
      lead: starts ? inRun(lead) : [],
      ...(starts && trimStart && { trimStart }),
      ...(ends && trimEnd && { trimEnd }),
    },
  };
  return {
    ...own,
    objectBytes: () => piece.sizeBytes,
    inDestination: false,
    after: inRun(piecesAfter(clip.clip, piece, 1)),
  };
};

/** One worker makes all edges: they are a few segments. Undefined: nothing is cut. */
export const planPlaylistEdges = (clips: readonly PreparedClip[], limits: PlanLimits): TsPartsTask | undefined => {
  const edges = clips.flatMap(edgesOf);
  if (edges.length === 0) return undefined;
  edges.forEach(demandMedia);
  const job: TsJob = {
    clips: edges.map(toClip),
    cutMode: 'exact',
    ...{ storeCopy: false, oneTask: true, equalParts: false, clean: false, encodesEdges: true },
  };
  const pieces = job.clips.flatMap((clip) => clip.pieces);
  if (pieces.some(({ sizeBytes }) => sizeBytes > limits.maxHeldPartBytes)) {
    const text = `A segment of ${Math.max(...pieces.map(({ sizeBytes }) => sizeBytes))} bytes is too large to be cut.`;
    throw new TimelineError('unsupported-source', text, { totalBytes: sumBytes(pieces) });
  }
  return { ...streamTask(job, pieces, limits), listsSegments: true };
};

/** A clip's entries, those at its edges as they will be: how long exactly, and where in their object, the worker tells. */
export const withEdges = (
  entries: readonly PlaylistEntry[],
  clip: PreparedClip,
  firstEdgeIndex: number,
  { key, bucket }: Pick<ObjectRef, 'key' | 'bucket'>,
): PlaylistEntry[] => {
  const edges = edgesOf(clip);
  const { trimStart, trimEnd } = clip.cut;
  return entries.map((entry, index): PlaylistEntry => {
    const position = edges.findIndex(({ piece }) => piece === clip.pieces[index]);
    // a client that keeps its connection may ask for the range of an edge where no other is told (FFmpeg's http, reused)
    if (position === -1) return entry.gap ? entry : { byteRange: [0, clip.pieces[index].sizeBytes], ...entry };
    const { starts, ends } = edges[position];
    const fromTicks = starts ? (trimStart?.offsetTicks ?? 0) : 0;
    const toTicks = ends ? (trimEnd?.offsetTicks ?? 0) : entry.durationTicks;
    const { discontinuity, wallClockMs } = entry;
    return {
      key: edgesKeyBeside(key),
      bucket,
      durationTicks: Math.max(0, toTicks - fromTicks),
      discontinuity,
      edgeIndex: firstEdgeIndex + position,
      ...(wallClockMs !== undefined && { wallClockMs: wallClockMs + ticksToMs(fromTicks) }),
    };
  });
};

export const edgeCountOf = (clip: PreparedClip): number => edgesOf(clip).length;
