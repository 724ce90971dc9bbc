import type { CutMode } from '../edit/output.js';
import { codecChange } from './codec-fit.js';
import { cutEdges } from './cut.js';
import type { Piece } from './piece.js';
import type { PlanWarning } from './plan.js';
import type { PlanClip, PlanInput, SegmentProbe } from './plan-input.js';
import { selectPieces, type SelectedPieces } from './select-pieces.js';
import type { CutClip } from './task-clips.js';

/** A clip with what is decided about it before the strategy. */
export interface PreparedClip extends CutClip {
  clip: PlanClip;
  selected: SelectedPieces;
}

/** An edit with what is decided about it before the strategy. */
export interface Prepared {
  input: PlanInput;
  cutMode: CutMode;
  /** At least one. */
  clips: PreparedClip[];
}

/** A picture needs one instant: holes after it do not matter. */
const selectFor = ({ output, limits }: PlanInput, clip: PlanClip): SelectedPieces => {
  const { container, gapPolicy } = output;
  if (container !== 'image') return selectPieces(clip, { gapPolicy, listsGaps: container === 'playlist' }, limits);
  const { range } = clip;
  return selectPieces({ ...clip, range: { ...range, endIndex: range.firstIndex + 1 } }, { gapPolicy: 'skip' }, limits);
};

/** Each clip begins a new run: the runs of the one before are counted on. */
export const prepareClips = (input: PlanInput, cutMode: CutMode): PreparedClip[] => {
  let nextRun = 0;
  return input.clips.map((clip, clipIndex) => {
    const found = selectFor(input, clip);
    const firstRun = nextRun;
    const pieces = found.pieces.map((piece) => ({ ...piece, runIndex: piece.runIndex + firstRun }));
    nextRun = pieces.at(-1)!.runIndex + 1;
    const selected = { ...found, pieces };
    return { clip, clipIndex, selected, pieces, cut: cutEdges(clip, selected, cutMode, input.limits) };
  });
};

export const piecesOf = ({ clips }: Prepared): Piece[] => clips.flatMap(({ pieces }) => pieces);

/** Probes of the first pieces of a clip's runs, in order. */
const probesOfClip = ({ clip, pieces }: PreparedClip): SegmentProbe[] =>
  pieces
    .filter((piece, index) => piece.runIndex !== pieces[index - 1]?.runIndex)
    .flatMap((piece) => clip.probes.get(piece.segmentIndex) ?? []);

/** Probes of the first pieces of all runs, in order. */
export const probesOf = ({ clips }: Prepared): SegmentProbe[] => clips.flatMap(probesOfClip);

/** What changes between runs so that one ffmpeg cannot follow. */
export const changeInside = (prepared: Prepared): string | undefined => codecChange(probesOf(prepared));

export const runWarnings = (prepared: Prepared): PlanWarning[] => {
  const runCount = piecesOf(prepared).at(-1)!.runIndex + 1;
  const probed = probesOf(prepared).length;
  if (probed >= runCount) return [];
  const message = `Of ${runCount} runs only ${probed} were looked into; a change of codecs in the others is found later.`;
  return [{ code: 'runs-not-probed', message }];
};

/** PAT and PMT of a piece's run, as found in the run's first piece. */
export const programLookup = ({ clips }: Prepared): ((piece: Piece) => string | undefined) => {
  const byRun = new Map<number, string | undefined>();
  for (const { clip, pieces } of clips) {
    for (const { runIndex, segmentIndex } of pieces) {
      if (!byRun.has(runIndex)) byRun.set(runIndex, clip.probes.get(segmentIndex)?.programBase64);
    }
  }
  return (piece) => byRun.get(piece.runIndex);
};
