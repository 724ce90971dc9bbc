import type { CutMode } from '../edit/output.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { coverageOf, editCoverage } from './edit-coverage.js';
import { wantsEncodedEdges } from './encoded-edges.js';
import type { Plan, PlanWarning } from './plan.js';
import type { PlanInput } from './plan-input.js';
import { planMedia, type Strategic } from './plan-media.js';
import { toPlaylistDocument } from './playlist-document.js';
import { piecesOf, prepareClips, type Prepared, type PreparedClip } from './prepared.js';
import { piecesAfter } from './select-pieces.js';
import { planStoryboardTask } from './storyboard.js';
import { truncationWarnings } from './truncated.js';
import { planPictureTask } from './whole-task.js';

const onlyClip = ({ clips }: Prepared): PreparedClip => {
  if (clips.length === 1) return clips[0];
  throw new TimelineError('unsupported-source', `An edit of ${clips.length} clips is not supported yet, only one.`);
};

/** A playlist lists whole segments; a ts is cut at keyframes at best, unless its edges are to be encoded. */
const cutModeOf = ({ output }: PlanInput, warnings: PlanWarning[]): CutMode => {
  if (output.container.startsWith('playlist')) return 'segment';
  if (output.container === 'image' || output.container === 'storyboard') return 'exact';
  if (output.container !== 'ts' || output.cutMode !== 'exact' || output.codec.kind === 'transcode')
    return output.cutMode;
  if (wantsEncodedEdges(output)) return 'exact';
  const message = 'A ts is cut at keyframes: ask for exact: {by: "reencode"} to have its edges encoded.';
  warnings.push({ code: 'exact-cut-not-available', message });
  return 'keyframe';
};

const planPicture = (prepared: Prepared): Strategic => {
  const { output } = prepared.input;
  const { clip, pieces, selected, cut } = onlyClip(prepared);
  const { clock, requested, startOffsetTicks, missing } = clip.range;
  const inHole = missing.some((span) => span.startMs <= requested.startMs && requested.startMs < span.endMs);
  if (!selected.hasInEdge || inHole) {
    const text = `The recording has nothing at ${requested.startMs} ms to take a picture of.`;
    throw new TimelineError('gap', text, { clock, missing: selected.missing.slice(0, 100) });
  }
  const [first] = pieces;
  const task = planPictureTask(cut, [first, ...piecesAfter(clip, first, 1)], startOffsetTicks, output.imageSize);
  return { strategy: 'picture', tasks: [task], header: 'none' };
};

const planStoryboard = (prepared: Prepared): Strategic => {
  const { output, limits } = prepared.input;
  const { task, warnings } = planStoryboardTask(onlyClip(prepared), output.storyboard, limits);
  return { strategy: 'storyboard', tasks: [task], header: 'none', warnings };
};

const choose = (prepared: Prepared): Strategic => {
  const { container } = prepared.input.output;
  if (container === 'ts' || container === 'mp4' || container === 'mov') return planMedia(prepared, container);
  if (container === 'image') return planPicture(prepared);
  if (container === 'storyboard') return planStoryboard(prepared);
  const { clip, pieces } = onlyClip(prepared);
  return { strategy: 'playlist', tasks: [], header: 'none', playlist: toPlaylistDocument(clip, pieces) };
};

/** The whole plan of an export: a pure function of its input, so that planning again gives the same. Throws TimelineError. */
export const planExport = (input: PlanInput): Plan => {
  const warnings = input.clips.flatMap(({ timeline, range }) => [...timeline.warnings, ...range.warnings]);
  const cutMode = cutModeOf(input, warnings);
  const prepared = { input, cutMode, clips: prepareClips(input, cutMode) };
  onlyClip(prepared);
  const chosen = choose(prepared);
  const coverages = prepared.clips.map((clip) => coverageOf(clip, cutMode));
  const cutWarnings = chosen.strategy === 'playlist' ? [] : prepared.clips.flatMap(({ cut }) => cut.warnings);
  return {
    strategy: chosen.strategy,
    ...(chosen.reason !== undefined && { reason: chosen.reason }),
    ...(chosen.fallbacks && { fallbacks: chosen.fallbacks }),
    tasks: chosen.tasks,
    header: chosen.header,
    ...(coverages.length === 1 ? { coverage: coverages[0] } : { coverage: editCoverage(coverages), clips: coverages }),
    ...(chosen.playlist && { playlist: chosen.playlist }),
    warnings: [...warnings, ...truncationWarnings(piecesOf(prepared)), ...cutWarnings, ...(chosen.warnings ?? [])],
  };
};
