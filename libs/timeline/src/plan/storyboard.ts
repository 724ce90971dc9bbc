import type { StoryboardOptions } from '../edit/output.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { type Cut, sumBytes } from './cut.js';
import type { Piece } from './piece.js';
import type { PlanWarning } from './plan.js';
import type { PlanClip, PlanLimits } from './plan-input.js';
import { leadPieces, piecesAfter, type SelectedPieces } from './select-pieces.js';
import { DEFAULT_STORYBOARD, type StoryboardGrid, storyboardGrid } from './storyboard-grid.js';
import type { StoryboardShot, StoryboardTask } from './task.js';

interface StoryboardJob {
  clip: PlanClip;
  selected: SelectedPieces;
  cut: Cut;
}

/** A piece on the clip's time: what is left out of the recording takes none. */
interface Placed {
  piece: Piece;
  startTicks: number;
  endTicks: number;
  /** How much of the piece lies before the clip. */
  skippedTicks: number;
}

/** One part for each of the slots that attempts have. */
const STORYBOARD_PARTS = 8;
/** A keyframe is seldom larger. */
const KEYFRAME_READ_BYTES = 512 * 1024;

const placePieces = ({ clip, selected, cut }: StoryboardJob): Placed[] => {
  const { startOffsetTicks, endOffsetTicks } = clip.range;
  const last = selected.pieces.length - 1;
  let startTicks = 0;
  return selected.pieces.map((piece, index) => {
    const skippedTicks = index === 0 && selected.hasInEdge ? startOffsetTicks : 0;
    const cutTicks =
      index === last && cut.trimEnd ? Math.min(endOffsetTicks, piece.durationTicks) : piece.durationTicks;
    const endTicks = startTicks + Math.max(0, cutTicks - skippedTicks);
    const placed = { piece, startTicks, endTicks, skippedTicks };
    startTicks = endTicks;
    return placed;
  });
};

/** Tiles further apart than segments are long: each takes the segment that starts nearest to it, inside the clip. */
const keyframeShots = (job: StoryboardJob, placed: Placed[], grid: StoryboardGrid): StoryboardShot[] => {
  const inside = placed.filter(({ skippedTicks, startTicks, endTicks }) => skippedTicks === 0 && endTicks > startTicks);
  const candidates = inside.length > 0 ? inside : placed;
  let nearest = 0;
  return Array.from({ length: grid.tileCount }, (_, tileIndex) => {
    const instantTicks = tileIndex * grid.intervalTicks;
    const distance = (index: number): number => Math.abs(candidates[index].startTicks - instantTicks);
    while (nearest + 1 < candidates.length && distance(nearest + 1) <= distance(nearest)) nearest++;
    const { piece } = candidates[nearest];
    // a segment may begin in the middle of a GOP, its keyframe may be in the next
    const pieces = [piece, ...piecesAfter(job.clip, piece, 1)];
    return { mode: 'keyframe', lead: [], pieces, tiles: [{ tileIndex, pieceIndex: 0, offsetTicks: 0 }] };
  });
};

/** Which pieces have no keyframe at their start, as far as the first of each run tells. */
const blindRuns = ({ clip, selected }: StoryboardJob): Set<number> =>
  new Set(
    selected.pieces
      .filter((piece) => clip.probes.get(piece.segmentIndex)?.startsWithKeyframe === false)
      .map((piece) => piece.runIndex),
  );

/** Tiles that lie closer: consecutive pieces with tiles are decoded together, up to a budget. */
const frameShots = (
  job: StoryboardJob,
  placed: Placed[],
  grid: StoryboardGrid,
  limits: PlanLimits,
): StoryboardShot[] => {
  const blind = blindRuns(job);
  const shots: StoryboardShot[] = [];
  let tileIndex = 0;
  for (const { piece, startTicks, endTicks, skippedTicks } of placed) {
    const open = shots.at(-1);
    const previous = open?.pieces.at(-1);
    const follows = previous?.runIndex === piece.runIndex && previous.segmentIndex === piece.segmentIndex - 1;
    const joins = open !== undefined && follows && sumBytes(open.pieces) + piece.sizeBytes <= limits.shotBytes;
    const tiles: StoryboardShot['tiles'] = [];
    const pieceIndex = joins ? open.pieces.length : 0;
    for (; tileIndex < grid.tileCount && tileIndex * grid.intervalTicks < endTicks; tileIndex++) {
      const offsetTicks = tileIndex * grid.intervalTicks - startTicks + skippedTicks;
      tiles.push({ tileIndex, pieceIndex, offsetTicks });
    }
    if (tiles.length === 0) continue;
    if (joins) {
      open.pieces.push(piece);
      open.tiles.push(...tiles);
    } else {
      const lead = blind.has(piece.runIndex) ? leadPieces(job.clip, piece, limits) : [];
      shots.push({ mode: 'frame', lead, pieces: [piece], tiles });
    }
  }
  // pictures that are shown at a piece's end can lie in the next one
  return shots.map((shot) => ({ ...shot, pieces: [...shot.pieces, ...piecesAfter(job.clip, shot.pieces.at(-1)!, 1)] }));
};

const shotBytes = ({ mode, lead, pieces }: StoryboardShot): number =>
  mode === 'frame' ? sumBytes(lead) + sumBytes(pieces) : Math.min(pieces[0].sizeBytes, KEYFRAME_READ_BYTES);

/** The one task of a storyboard, which reads no more than its tiles need. */
export const planStoryboardTask = (
  job: StoryboardJob,
  options: StoryboardOptions = DEFAULT_STORYBOARD,
  limits: PlanLimits,
): { task: StoryboardTask; warnings: PlanWarning[] } => {
  const placed = placePieces(job);
  const durationTicks = placed.at(-1)!.endTicks;
  if (durationTicks <= 0) throw new TimelineError('gap', 'The range has nothing to take pictures of.');
  const { grid, warnings } = storyboardGrid(durationTicks, options, limits);
  const longestTicks = placed.reduce((longest, { piece }) => Math.max(longest, piece.durationTicks), 0);
  const shots =
    grid.intervalTicks >= longestTicks ? keyframeShots(job, placed, grid) : frameShots(job, placed, grid, limits);
  return {
    task: {
      kind: 'storyboard',
      source: job.cut.source,
      workBytes: shots.reduce((sum, shot) => sum + shotBytes(shot), 0),
      ...grid,
      durationTicks,
      shots,
      partBlock: { firstPartNumber: 1, partCount: STORYBOARD_PARTS },
    },
    warnings,
  };
};
