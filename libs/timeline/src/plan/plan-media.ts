import type { CodecPolicy, Output } from '../edit/output.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { fitCodecs } from './codec-fit.js';
import type { FallbackReason } from './fallback.js';
import { demandEncodableEdges, edgesRefused } from './encoded-edges.js';
import type { Piece } from './piece.js';
import type { Plan, PlanWarning } from './plan.js';
import { changeInside, type Prepared, probesOf, programLookup, runWarnings } from './prepared.js';
import { planRemuxTasks } from './remux-ranges.js';
import { piecesAfter } from './select-pieces.js';
import { planTsTasks } from './ts-tasks.js';
import { planRenderTask } from './whole-task.js';

/** What of the plan depends on the strategy. */
export type Strategic = Pick<Plan, 'strategy' | 'tasks' | 'header'> &
  Partial<Pick<Plan, 'reason' | 'fallbacks' | 'playlist' | 'warnings'>>;

type FileContainer = 'ts' | 'mp4' | 'mov';

const DEFAULT_PROFILE: CodecPolicy = { kind: 'transcode', profile: 'default' };

/** Why the counters and the clock of a ts are rewritten; undefined: they are not. */
const cleanReason = ({ clean }: Output, crossings: number): string | undefined => {
  if (clean === true) return 'the request asks for continuous counters and times';
  if (clean === false || crossings === 0) return undefined;
  return `counters and times are made continuous over ${crossings} discontinuities`;
};

export const keptWarnings = ({ clean }: Output, crossings: number): PlanWarning[] => {
  if (clean !== false || crossings === 0) return [];
  const message = `The times of the output jump ${crossings} times: the request asks for the bytes as they are.`;
  return [{ code: 'discontinuities-kept', message }];
};

/** Of the one clip whose edges are to be encoded: what follows it. */
const encodedTsEdges = (prepared: Prepared): { after: Piece[] } | undefined => {
  if (!demandEncodableEdges(prepared)) return undefined;
  const [{ clip, pieces }] = prepared.clips;
  return { after: piecesAfter(clip, pieces.at(-1)!, 1) };
};

const planTs = (prepared: Prepared): Strategic => {
  const { input, cutMode, clips } = prepared;
  const { output, abilities, limits } = input;
  const encodedEdges = encodedTsEdges(prepared);
  const beside = ({ storeId }: { storeId: string }): boolean => storeId === output.destination.storeId;
  const copies = abilities.storeCopy && clips.some(({ cut }) => beside(cut.source));
  const runs = clips.flatMap(({ pieces }) => pieces.map(({ runIndex }) => runIndex));
  const crossings = new Set(runs).size - 1;
  const cleaning = cleanReason(output, crossings);
  if (encodedEdges && cleaning !== undefined)
    throw edgesRefused(`The edges of a ts cannot be encoded where ${cleaning}.`);
  const job = {
    cutMode,
    clips: clips.map((prepared) => ({
      ...prepared,
      objectBytes: (key: string) => prepared.clip.sizes.get(key)!,
      inDestination: beside(prepared.cut.source),
    })),
    storeCopy: output.storeCopy && copies && !abilities.equalParts,
    oneTask: !output.storeCopy,
    equalParts: abilities.equalParts,
    clean: cleaning !== undefined,
    ...(encodedEdges && { encodedEdges }),
  };
  const apart = clips.filter(({ cut }) => !beside(cut.source)).length;
  const reasons = [
    cleaning,
    !output.storeCopy && 'the request asks for no copy inside the store',
    output.storeCopy && !copies && 'the stores cannot copy from source to destination',
    output.storeCopy && copies && apart > 0 && `${apart} of ${clips.length} clips are in another store than the output`,
    abilities.equalParts && 'the destination wants parts of one size',
  ].filter((reason) => typeof reason === 'string');
  const discontinuous = cleaning !== undefined && output.clean === undefined;
  const fallbacks: FallbackReason[] = [
    ...(output.storeCopy && (!copies || apart > 0) ? ['no-store-copy' as const] : []),
    ...(discontinuous ? ['discontinuity' as const] : []),
    ...(abilities.equalParts ? ['equal-parts' as const] : []),
  ];
  const tasks = planTsTasks(job, limits);
  return {
    ...{ strategy: 'ts-parts', tasks, header: 'none' },
    ...(reasons.length > 0 && { reason: reasons.join('; ') }),
    ...(fallbacks.length > 0 && { fallbacks }),
    warnings: keptWarnings(output, crossings),
  };
};

const planRender = (
  prepared: Prepared,
  container: FileContainer,
  codec: CodecPolicy,
  reason: string,
  warnings: PlanWarning[] = [],
): Strategic => {
  const change = changeInside(prepared);
  if (change !== undefined) {
    const text = `Inside the range ${change}: only a ts without encoding or a playlist can be made of it.`;
    throw new TimelineError('unsupported-source', text, { change });
  }
  const { input, cutMode, clips } = prepared;
  const task = planRenderTask({ clips, cutMode, container, codec }, input.limits);
  return { strategy: 'render', reason, tasks: [task], header: 'none', warnings };
};

const planMp4 = (prepared: Prepared, container: 'mp4' | 'mov'): Strategic => {
  const { input, cutMode } = prepared;
  const fit = fitCodecs(container, probesOf(prepared));
  const encodesEdges = demandEncodableEdges(prepared, fit);
  const warnings = [...fit.warnings, ...runWarnings(prepared)];
  if (fit.way === 'transcode') {
    warnings.push({ code: 'transcoded', message: `Encoded instead of copied: ${fit.reason}.` });
    return { ...planRender(prepared, container, DEFAULT_PROFILE, fit.reason!, warnings), fallbacks: [fit.fallback!] };
  }
  if (fit.way === 'ffmpeg-copy') {
    return { ...planRender(prepared, container, { kind: 'copy' }, fit.reason!, warnings), fallbacks: [fit.fallback!] };
  }
  const clips = prepared.clips.map((clip) => {
    const last = clip.pieces.at(-1)!;
    return { ...clip, after: clip.selected.hasOutEdge ? piecesAfter(clip.clip, last, input.limits.tailPieces) : [] };
  });
  const job = { clips, cutMode, container, programOf: programLookup(prepared), encodesEdges };
  const tasks = planRemuxTasks(job, input.limits);
  return { strategy: 'remux-ranges', tasks, header: tasks.length === 1 ? 'none' : 'merge', warnings };
};

/** One ffmpeg over everything, which copies unless the codecs do not fit. */
const planSingle = (prepared: Prepared, container: FileContainer): Strategic => {
  const reason = 'the request asks for one ffmpeg';
  if (container === 'ts') return planRender(prepared, container, { kind: 'copy' }, reason);
  const fit = fitCodecs(container, probesOf(prepared));
  if (fit.way !== 'transcode') return planRender(prepared, container, { kind: 'copy' }, reason, fit.warnings);
  const warning = { code: 'transcoded', message: `Encoded instead of copied: ${fit.reason}.` };
  const planned = planRender(prepared, container, DEFAULT_PROFILE, `${reason}; ${fit.reason}`, [
    ...fit.warnings,
    warning,
  ]);
  return { ...planned, fallbacks: [fit.fallback!] };
};

/** A file of video and audio. */
export const planMedia = (prepared: Prepared, container: FileContainer): Strategic => {
  const { codec, pipeline } = prepared.input.output;
  if (codec.kind === 'transcode') return planRender(prepared, container, codec, 'the request asks for encoding');
  if (pipeline === 'single-ffmpeg') return planSingle(prepared, container);
  return container === 'ts' ? planTs(prepared) : planMp4(prepared, container);
};
