import { TICKS_PER_MS } from '../ticks.js';
import type { CodecPolicy, CutMode } from '../edit/output.js';
import { viewClock } from '../timeline/clock.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { codecChange, fitCodecs } from './codec-fit.js';
import { type Cut, cutEdges } from './cut.js';
import type { Piece } from './piece.js';
import type { Coverage, Plan, PlanWarning } from './plan.js';
import type { PlanClip, PlanInput, SegmentProbe } from './plan-input.js';
import { toPlaylistDocument } from './playlist-document.js';
import { planRemuxTasks } from './remux-ranges.js';
import { piecesAfter, selectPieces, type SelectedPieces } from './select-pieces.js';
import { planTsTasks } from './ts-tasks.js';
import { planPictureTask, planRenderTask } from './whole-task.js';

/** What of the plan depends on the strategy. */
type Strategic = Pick<Plan, 'strategy' | 'tasks' | 'header'> & Partial<Pick<Plan, 'reason' | 'playlist' | 'warnings'>>;

/** The one clip, with what was decided about it before the strategy. */
interface Prepared {
  input: PlanInput;
  clip: PlanClip;
  selected: SelectedPieces;
  cut: Cut;
}

const DEFAULT_PROFILE: CodecPolicy = { kind: 'transcode', profile: 'default' };

const onlyClip = ({ clips }: PlanInput): PlanClip => {
  if (clips.length === 1) return clips[0];
  throw new TimelineError('unsupported-source', `An edit of ${clips.length} clips is not supported yet, only one.`);
};

const coverageOf = (clip: PlanClip, { pieces, missing }: SelectedPieces, cutMode: CutMode): Coverage => {
  const { clock, requested, segmentBounds } = clip.range;
  const view = viewClock(clip.timeline, clock);
  const startMs = Math.round(view.startTicks(pieces[0].segmentIndex) / TICKS_PER_MS);
  const endMs = Math.round(view.endTicks(pieces.at(-1)!.segmentIndex) / TICKS_PER_MS);
  const planned =
    cutMode === 'segment'
      ? { startMs, endMs }
      : { startMs: Math.max(startMs, requested.startMs), endMs: Math.min(endMs, requested.endMs) };
  return { clock, requested, segmentBounds, planned, missing };
};

/** A playlist lists whole segments; a ts is cut at keyframes at best, until its edges can be encoded. */
const cutModeOf = ({ output }: PlanInput, warnings: PlanWarning[]): CutMode => {
  if (output.container.startsWith('playlist')) return 'segment';
  if (output.container === 'image') return 'exact';
  if (output.container !== 'ts' || output.cutMode !== 'exact' || output.codec.kind === 'transcode')
    return output.cutMode;
  const message = 'A ts is cut at keyframes: an exact cut would have to encode its edges.';
  warnings.push({ code: 'exact-cut-not-available', message });
  return 'keyframe';
};

/** Probes of the first pieces of runs, in order. */
const probesOf = ({ clip, selected }: Prepared): SegmentProbe[] =>
  selected.pieces
    .filter((piece, index) => piece.runIndex !== selected.pieces[index - 1]?.runIndex)
    .flatMap((piece) => clip.probes.get(piece.segmentIndex) ?? []);

const runWarnings = (prepared: Prepared): PlanWarning[] => {
  const { pieces } = prepared.selected;
  const runCount = pieces.at(-1)!.runIndex - pieces[0].runIndex + 1;
  const probed = probesOf(prepared).length;
  if (probed >= runCount) return [];
  const message = `Of ${runCount} runs only ${probed} were looked into; a change of codecs in the others is found later.`;
  return [{ code: 'runs-not-probed', message }];
};

const planTs = ({ input, clip, selected, cut }: Prepared): Strategic => {
  const { output, abilities, limits } = input;
  const job = {
    cut,
    pieces: selected.pieces,
    objectBytes: (piece: Piece) => clip.sizes.get(piece.key)!,
    storeCopy: output.storeCopy && abilities.storeCopy && !abilities.equalParts,
    oneTask: !output.storeCopy,
    equalParts: abilities.equalParts,
  };
  const reasons = [
    !output.storeCopy && 'the request asks for no copy inside the store',
    output.storeCopy && !abilities.storeCopy && 'the stores cannot copy from source to destination',
    abilities.equalParts && 'the destination wants parts of one size',
  ].filter((reason) => reason !== false);
  const tasks = planTsTasks(job, limits);
  return { strategy: 'ts-parts', tasks, header: 'none', ...(reasons.length > 0 && { reason: reasons.join('; ') }) };
};

const planRender = (
  prepared: Prepared,
  container: 'ts' | 'mp4' | 'mov',
  codec: CodecPolicy,
  reason: string,
  warnings: PlanWarning[] = [],
): Strategic => {
  const change = codecChange(probesOf(prepared));
  if (change !== undefined) {
    const text = `Inside the range ${change}: only a ts without encoding or a playlist can be made of it.`;
    throw new TimelineError('unsupported-source', text, { change });
  }
  const { input, selected, cut } = prepared;
  const task = planRenderTask(cut, selected.pieces, container, codec, input.limits);
  return { strategy: 'render', reason, tasks: [task], header: 'none', warnings };
};

/** PAT and PMT of a piece's run, as found in the run's first piece. */
const programLookup = ({ clip, selected }: Prepared) => {
  const byRun = new Map<number, string | undefined>();
  for (const piece of selected.pieces) {
    if (!byRun.has(piece.runIndex)) byRun.set(piece.runIndex, clip.probes.get(piece.segmentIndex)?.programBase64);
  }
  return (piece: Piece): string | undefined => byRun.get(piece.runIndex);
};

const planMp4 = (prepared: Prepared, container: 'mp4' | 'mov'): Strategic => {
  const { input, clip, selected, cut } = prepared;
  const fit = fitCodecs(container, probesOf(prepared));
  const warnings = [...fit.warnings, ...runWarnings(prepared)];
  if (fit.way === 'transcode') {
    warnings.push({ code: 'transcoded', message: `Encoded instead of copied: ${fit.reason}.` });
    return planRender(prepared, container, DEFAULT_PROFILE, fit.reason!, warnings);
  }
  if (fit.way === 'ffmpeg-copy') {
    return planRender(prepared, container, { kind: 'copy' }, fit.reason!, warnings);
  }
  const after = selected.hasOutEdge ? piecesAfter(clip, selected.pieces.at(-1)!, input.limits.tailPieces) : [];
  const job = { cut, container, pieces: selected.pieces, after, programOf: programLookup(prepared) };
  const tasks = planRemuxTasks(job, input.limits);
  return { strategy: 'remux-ranges', tasks, header: tasks.length === 1 ? 'none' : 'merge', warnings };
};

/** One ffmpeg over everything, which copies unless the codecs do not fit. */
const planSingle = (prepared: Prepared, container: 'ts' | 'mp4' | 'mov'): Strategic => {
  const reason = 'the request asks for one ffmpeg';
  if (container === 'ts') return planRender(prepared, container, { kind: 'copy' }, reason);
  const fit = fitCodecs(container, probesOf(prepared));
  if (fit.way !== 'transcode') return planRender(prepared, container, { kind: 'copy' }, reason, fit.warnings);
  const warning = { code: 'transcoded', message: `Encoded instead of copied: ${fit.reason}.` };
  return planRender(prepared, container, DEFAULT_PROFILE, `${reason}; ${fit.reason}`, [...fit.warnings, warning]);
};

const planPicture = ({ input, clip, selected, cut }: Prepared): Strategic => {
  const { clock, requested, startOffsetTicks, missing } = clip.range;
  const inHole = missing.some((span) => span.startMs <= requested.startMs && requested.startMs < span.endMs);
  if (!selected.hasInEdge || inHole) {
    const text = `The recording has nothing at ${requested.startMs} ms to take a picture of.`;
    throw new TimelineError('gap', text, { clock, missing: selected.missing.slice(0, 100) });
  }
  const [first] = selected.pieces;
  const pieces = [first, ...piecesAfter(clip, first, 1)];
  const task = planPictureTask(cut, pieces, startOffsetTicks, input.output.imageSize);
  return { strategy: 'picture', tasks: [task], header: 'none' };
};

const planMedia = (prepared: Prepared, container: 'ts' | 'mp4' | 'mov'): Strategic => {
  const { codec, pipeline } = prepared.input.output;
  if (codec.kind === 'transcode') return planRender(prepared, container, codec, 'the request asks for encoding');
  if (pipeline === 'single-ffmpeg') return planSingle(prepared, container);
  return container === 'ts' ? planTs(prepared) : planMp4(prepared, container);
};

const choose = (prepared: Prepared): Strategic => {
  const { container } = prepared.input.output;
  if (container === 'ts' || container === 'mp4' || container === 'mov') return planMedia(prepared, container);
  if (container === 'image') return planPicture(prepared);
  const playlist = toPlaylistDocument(prepared.clip, prepared.selected.pieces);
  return { strategy: 'playlist', tasks: [], header: 'none', playlist };
};

/** A picture needs one instant: holes after it do not matter. */
const selectFor = (input: PlanInput, clip: PlanClip): SelectedPieces => {
  if (input.output.container !== 'image') return selectPieces(clip, input.output.gapPolicy, input.limits);
  const { range } = clip;
  return selectPieces({ ...clip, range: { ...range, endIndex: range.firstIndex + 1 } }, 'skip', input.limits);
};

/** The whole plan of an export: a pure function of its input, so that planning again gives the same. Throws TimelineError. */
export const planExport = (input: PlanInput): Plan => {
  const clip = onlyClip(input);
  const warnings = [...clip.timeline.warnings, ...clip.range.warnings];
  const cutMode = cutModeOf(input, warnings);
  const selected = selectFor(input, clip);
  const cut = cutEdges(clip, selected, cutMode, input.limits);
  const chosen = choose({ input, clip, selected, cut });
  return {
    strategy: chosen.strategy,
    ...(chosen.reason !== undefined && { reason: chosen.reason }),
    tasks: chosen.tasks,
    header: chosen.header,
    coverage: coverageOf(clip, selected, cutMode),
    ...(chosen.playlist && { playlist: chosen.playlist }),
    warnings: [...warnings, ...(chosen.strategy === 'playlist' ? [] : cut.warnings), ...(chosen.warnings ?? [])],
  };
};
