import { DEFAULT_PROFILE_NAME, type Encoding, type VideoEncoding } from '../edit/encoding.js';
import type { Output } from '../edit/output.js';
import { resolveEncoding } from '../edit/resolve-encoding.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { type CodecFit, encodeWarnings, fitCodecs, refuseUnreadable } from './codec-fit.js';
import { noEvenRangesBecause, noRangesBecause, soundOf, steadyAudio } from './encode-fit.js';
import { planEncodeTasks } from './encode-ranges.js';
import type { FallbackReason } from './fallback.js';
import { demandEncodableEdges } from './encoded-edges.js';
import { headerRoomBytes } from './header-room.js';
import type { Plan, PlanWarning } from './plan.js';
import type { Piece } from './piece.js';
import type { PlanInput, PlanLimits } from './plan-input.js';
import {
  changeInside,
  piecesOf,
  type Prepared,
  type PreparedClip,
  probesOf,
  programLookup,
  runWarnings,
} from './prepared.js';
import { planRemuxTasks, type RemuxClip } from './remux-ranges.js';
import { piecesAfter, tailAfter } from './select-pieces.js';
import { planTsTasks } from './ts-tasks.js';
import { planRenderTask, type RenderJob } from './whole-task.js';

/** What of the plan depends on the strategy. */
export type Strategic = Pick<Plan, 'strategy' | 'tasks' | 'header'> &
  Partial<Pick<Plan, 'firstPartBytes' | 'reason' | 'fallbacks' | 'playlist' | 'uploadKey' | 'warnings'>>;

type FileContainer = 'ts' | 'mp4' | 'mov';

/** How a file is made by one ffmpeg. */
type RenderWay = Pick<RenderJob, 'codec' | 'encoding'>;
const COPY: RenderWay = { codec: { kind: 'copy' } };

/** What is used where codecs do not fit. */
const defaultEncoding = ({ encodings }: PlanInput): Encoding =>
  resolveEncoding({ kind: 'transcode', profile: DEFAULT_PROFILE_NAME }, encodings);

const encodeWay = ({ output }: PlanInput, encoding: Encoding): RenderWay => ({
  codec: output.codec.kind === 'transcode' ? output.codec : { kind: 'transcode', profile: DEFAULT_PROFILE_NAME },
  encoding,
});

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

/** What may complete the last picture and the sound of a clip that ends inside a segment. */
const tailOfCut = ({ clip, pieces, selected }: PreparedClip, limits: PlanLimits): Piece[] =>
  selected.hasOutEdge ? tailAfter(clip, pieces.at(-1)!, limits).tail : [];

const planTs = (prepared: Prepared): Strategic => {
  const { input, cutMode, clips } = prepared;
  const { output, abilities, limits } = input;
  const encodesEdges = demandEncodableEdges(prepared);
  const beside = ({ storeId }: { storeId: string }): boolean => storeId === output.destination.storeId;
  const copies = abilities.storeCopy && clips.some(({ cut }) => beside(cut.source));
  const runs = clips.flatMap(({ pieces }) => pieces.map(({ runIndex }) => runIndex));
  const crossings = new Set(runs).size - 1;
  const cleaning = cleanReason(output, crossings);
  const job = {
    cutMode,
    clips: clips.map((prepared) => ({
      ...prepared,
      objectBytes: (key: string) => prepared.clip.sizes.get(key)!,
      inDestination: beside(prepared.cut.source),
      after: encodesEdges ? piecesAfter(prepared.clip, prepared.pieces.at(-1)!, 1) : tailOfCut(prepared, limits),
    })),
    storeCopy: output.storeCopy && copies && !abilities.equalParts,
    oneTask: !output.storeCopy,
    equalParts: abilities.equalParts,
    clean: cleaning !== undefined,
    encodesEdges,
  };
  const apart = clips.filter(({ cut }) => !beside(cut.source)).length;
  const reasons = [
    cleaning,
    !output.storeCopy && 'the request asks for no copy inside the store',
    output.storeCopy && !copies && 'the stores cannot copy from source to destination',
    output.storeCopy && copies && apart > 0 && `${apart} of ${clips.length} clips are in another store than the output`,
    abilities.equalParts && 'the destination wants parts of one size',
    encodesEdges && clips.length > 1 && 'the edges of several clips are encoded by one worker',
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

const refuseChange = (prepared: Prepared): void => {
  const change = changeInside(prepared);
  if (change === undefined) return;
  const text = `Inside the range ${change}: only a ts without encoding or a playlist can be made of it.`;
  throw new TimelineError('unsupported-source', text, { change });
};

/** Joins of clips are made where all is copied. */
const refuseSeveral = ({ clips }: Prepared, reason: string): void => {
  if (clips.length === 1) return;
  const text = `${clips.length} clips in one file have to be copied, which is not possible here: ${reason}.`;
  throw new TimelineError('unsupported-source', text, { clipCount: clips.length });
};

const planRender = (
  prepared: Prepared,
  container: FileContainer,
  way: RenderWay,
  reason: string,
  warnings: PlanWarning[] = [],
): Strategic => {
  refuseChange(prepared);
  const { input, cutMode, clips } = prepared;
  refuseSeveral(prepared, reason);
  const task = planRenderTask({ clips, cutMode, container, ...way }, input.limits);
  return { strategy: 'render', reason, tasks: [task], header: 'none', warnings };
};

/** Clips, and what is read behind them. */
const clipsWithAfter = ({ clips, input }: Prepared): RemuxClip[] =>
  clips.map((clip) => {
    const last = clip.pieces.at(-1)!;
    return { ...clip, after: clip.selected.hasOutEdge ? tailAfter(clip.clip, last, input.limits) : { tail: [] } };
  });

/** Why an encode is one ffmpeg's; undefined: it need not be. */
const oneFfmpegBecause = (
  prepared: Prepared,
  container: FileContainer,
  { frameRate }: VideoEncoding,
): string | undefined => {
  if (container === 'ts') return 'a ts is encoded by one ffmpeg';
  return noRangesBecause(probesOf(prepared)) ?? noEvenRangesBecause(frameRate);
};

/** Pictures by many workers, sound as it is or by one of them; what only ffmpeg can read, by one for all. */
const planEncode = (
  prepared: Prepared,
  container: FileContainer,
  encoding: Encoding,
  reason: string,
  warnings: PlanWarning[] = [],
): Strategic => {
  const { input, cutMode } = prepared;
  refuseSeveral(prepared, reason);
  const one = oneFfmpegBecause(prepared, container, encoding.video);
  if (container === 'ts' || one !== undefined)
    return planRender(prepared, container, encodeWay(input, encoding), `${reason}; ${one}`, warnings);
  refuseChange(prepared);
  const probes = probesOf(prepared);
  const job = {
    ...{ clips: clipsWithAfter(prepared), cutMode, container, programOf: programLookup(prepared) },
    encoding: { ...encoding, audio: steadyAudio(probes, encoding.audio) },
    sound: soundOf(probes, encoding.audio),
  };
  const tasks = planEncodeTasks(job, input.limits);
  return {
    ...{ strategy: 'encode-ranges', reason, tasks },
    header: tasks.length === 1 ? 'none' : 'merge',
    warnings: [...warnings, ...runWarnings(prepared)],
  };
};

const transcoded = ({ reason }: CodecFit): PlanWarning => ({
  code: 'transcoded',
  message: `Encoded instead of copied: ${reason}.`,
});

/** A header, as large as it may get, and the first bytes of the payload. */
const firstPartBytesOf = (prepared: Prepared): number => {
  const [probe] = probesOf(prepared);
  const durationTicks = piecesOf(prepared).reduce((sum, piece) => sum + piece.durationTicks, 0);
  return prepared.input.limits.minPartBytes + headerRoomBytes(durationTicks, probe);
};

const planMp4 = (prepared: Prepared, container: 'mp4' | 'mov'): Strategic => {
  const { input, cutMode } = prepared;
  const fit = fitCodecs(container, probesOf(prepared));
  const encodesEdges = demandEncodableEdges(prepared, fit);
  const warnings = [...fit.warnings, ...runWarnings(prepared)];
  if (fit.way === 'transcode') {
    const told = [...fit.warnings, transcoded(fit)];
    const planned = planEncode(prepared, container, defaultEncoding(input), fit.reason!, told);
    return { ...planned, fallbacks: [fit.fallback!] };
  }
  if (fit.way === 'ffmpeg-copy') {
    return { ...planRender(prepared, container, COPY, fit.reason!, warnings), fallbacks: [fit.fallback!] };
  }
  const { joinsEarly } = input.abilities;
  const programOf = programLookup(prepared);
  const job = { clips: clipsWithAfter(prepared), cutMode, container, programOf, encodesEdges, joinsEarly };
  const tasks = planRemuxTasks(job, input.limits);
  if (tasks.length === 1) return { strategy: 'remux-ranges', tasks, header: 'none', warnings };
  const firstPartBytes = joinsEarly && { firstPartBytes: firstPartBytesOf(prepared) };
  return { strategy: 'remux-ranges', tasks, header: 'merge', ...firstPartBytes, warnings };
};

/** One ffmpeg over everything, which copies unless the codecs do not fit. */
const planSingle = (prepared: Prepared, container: FileContainer): Strategic => {
  const reason = 'the request asks for one ffmpeg';
  if (container === 'ts') return planRender(prepared, container, COPY, reason);
  const fit = fitCodecs(container, probesOf(prepared));
  if (fit.way !== 'transcode') return planRender(prepared, container, COPY, reason, fit.warnings);
  const way = encodeWay(prepared.input, defaultEncoding(prepared.input));
  const warnings = [...fit.warnings, transcoded(fit)];
  const planned = planRender(prepared, container, way, `${reason}; ${fit.reason}`, warnings);
  return { ...planned, fallbacks: [fit.fallback!] };
};

/** A file of video and audio. */
export const planMedia = (prepared: Prepared, container: FileContainer): Strategic => {
  const { input } = prepared;
  const { codec, pipeline } = input.output;
  if (codec.kind === 'transcode') {
    const encoding = resolveEncoding(codec, input.encodings);
    const reason = 'the request asks for encoding';
    const probes = probesOf(prepared);
    refuseUnreadable(probes);
    const warnings = encodeWarnings(probes);
    if (pipeline === 'auto') return planEncode(prepared, container, encoding, reason, warnings);
    return planRender(prepared, container, encodeWay(input, encoding), `${reason} by one ffmpeg`, warnings);
  }
  if (pipeline === 'single-ffmpeg') return planSingle(prepared, container);
  return container === 'ts' ? planTs(prepared) : planMp4(prepared, container);
};
