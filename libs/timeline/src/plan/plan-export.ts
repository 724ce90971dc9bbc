import { type CutMode, isPlaylist } from '../edit/output.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { coverageOf, editCoverage } from './edit-coverage.js';
import { demandEncodableEdges, edgesRefused, listsExactly, wantsEncodedEdges } from './encoded-edges.js';
import type { Plan, PlanWarning } from './plan.js';
import type { PlanInput } from './plan-input.js';
import { planMedia, type Strategic } from './plan-media.js';
import { toPlaylistDocument } from './playlist-document.js';
import { edgesKeyBeside, planPlaylistEdges } from './playlist-edges.js';
import { piecesOf, prepareClips, type Prepared, type PreparedClip } from './prepared.js';
import { piecesAfter } from './select-pieces.js';
import { planStoryboardTask } from './storyboard.js';
import { truncationWarnings } from './truncated.js';
import { planPictureTask } from './whole-task.js';

const onlyClip = ({ clips, input }: Prepared): PreparedClip => {
  if (clips.length === 1) return clips[0];
  const { container } = input.output;
  const text = `An output of the kind "${container}" is made of one clip, not of ${clips.length}.`;
  throw new TimelineError('bad-parameter', text, { clipCount: clips.length });
};

/** What holds for all clips together; each by itself was checked when it was resolved. */
const checkLimits = ({ clips, limits }: PlanInput): void => {
  const { maxClips, maxSegments, maxDurationMs } = limits;
  if (clips.length > maxClips) {
    const text = `The edit has ${clips.length} clips; at most ${maxClips} are allowed.`;
    throw new TimelineError('too-long', text, { clipCount: clips.length, maxClips });
  }
  const segmentCount = clips.reduce((sum, { range }) => sum + range.endIndex - range.firstIndex, 0);
  if (segmentCount > maxSegments) {
    const text = `The clips have ${segmentCount} segments; at most ${maxSegments} are allowed.`;
    throw new TimelineError('too-long', text, { segmentCount, maxSegments });
  }
  const durationMs = clips.reduce((sum, { range: { requested } }) => sum + requested.endMs - requested.startMs, 0);
  if (durationMs <= maxDurationMs) return;
  const text = `The clips are ${durationMs} ms long together; at most ${maxDurationMs} ms are allowed.`;
  throw new TimelineError('too-long', text, { durationMs, maxDurationMs });
};

/** A playlist lists whole segments; a ts is cut at keyframes at best, unless its edges are to be encoded. */
const cutModeOf = ({ output }: PlanInput, warnings: PlanWarning[]): CutMode => {
  if (listsExactly(output)) return 'exact';
  if (isPlaylist(output.container)) return 'segment';
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
  const task = planPictureTask(cut, [first, ...piecesAfter(clip, first, 1)], startOffsetTicks, output);
  return { strategy: 'picture', tasks: [task], header: 'none' };
};

const planStoryboard = (prepared: Prepared): Strategic => {
  const { output, limits } = prepared.input;
  const { task, warnings } = planStoryboardTask(onlyClip(prepared), output.storyboard, limits);
  return { strategy: 'storyboard', tasks: [task], header: 'none', warnings };
};

/** Segments as they are; those that an exact cut goes through are made anew, in an object beside the playlist. */
const planPlaylist = (prepared: Prepared): Strategic => {
  const { clips, input } = prepared;
  const { output, limits } = input;
  const { destination } = output;
  const plain: Strategic = { strategy: 'playlist', tasks: [], header: 'none' };
  const task = listsExactly(output) ? planPlaylistEdges(clips, limits) : undefined;
  if (task === undefined) return { ...plain, playlist: toPlaylistDocument(clips, destination) };
  if (!demandEncodableEdges(prepared))
    throw edgesRefused('A playlist without video that is known cannot be cut exactly.');
  const playlist = toPlaylistDocument(clips, destination, true);
  return { ...plain, tasks: [task], playlist, uploadKey: edgesKeyBeside(destination.key) };
};

const choose = (prepared: Prepared): Strategic => {
  const { container } = prepared.input.output;
  if (container === 'ts' || container === 'mp4' || container === 'mov') return planMedia(prepared, container);
  if (container === 'image') return planPicture(prepared);
  if (container === 'storyboard') return planStoryboard(prepared);
  return planPlaylist(prepared);
};

/** The whole plan of an export: a pure function of its input, so that planning again gives the same. Throws TimelineError. */
export const planExport = (input: PlanInput): Plan => {
  checkLimits(input);
  const warnings = input.clips.flatMap(({ timeline, range }) => [...timeline.warnings, ...range.warnings]);
  const cutMode = cutModeOf(input, warnings);
  const prepared = { input, cutMode, clips: prepareClips(input, cutMode) };
  const chosen = choose(prepared);
  const coverages = prepared.clips.map((clip) => coverageOf(clip, cutMode));
  const cutWarnings =
    cutMode === 'segment' && chosen.strategy === 'playlist' ? [] : prepared.clips.flatMap(({ cut }) => cut.warnings);
  return {
    strategy: chosen.strategy,
    ...(chosen.reason !== undefined && { reason: chosen.reason }),
    ...(chosen.fallbacks && { fallbacks: chosen.fallbacks }),
    tasks: chosen.tasks,
    header: chosen.header,
    ...(chosen.firstPartBytes !== undefined && { firstPartBytes: chosen.firstPartBytes }),
    ...(coverages.length === 1 ? { coverage: coverages[0] } : { coverage: editCoverage(coverages), clips: coverages }),
    ...(chosen.playlist && { playlist: chosen.playlist }),
    ...(chosen.uploadKey !== undefined && { uploadKey: chosen.uploadKey }),
    warnings: [...warnings, ...truncationWarnings(piecesOf(prepared)), ...cutWarnings, ...(chosen.warnings ?? [])],
  };
};
