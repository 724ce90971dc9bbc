import { ClipfleetError, type TaskReport } from '@clipfleet/contracts';
import type { MeasuredTrim } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import { attemptParts, type Piece, TS_EDGE_SLOTS, type TsPart, type TsPartsTask } from '@clipfleet/timeline';
import { mediaFailure } from '../media-failure.js';
import { CountingEncoder } from '../remux/edge-steps.js';
import type { TsEdgeEncoder } from './encode-ts-edges.js';
import { encodeTrimmed } from './encode-trimmed.js';
import { trimPieces, type TrimmedPieces } from './trim-pieces.js';
import { type ClipCuts, joinCuts } from './ts-sections.js';
import { writeTsClips } from './write-ts-clips.js';
import { writeTsStream } from './write-ts-stream.js';

/** Parts of a ts: copied inside the store, or streamed through, with the edges cut at packets. */
export const writeTsParts = async (task: TsPartsTask, io: TaskIo, encoder?: TsEdgeEncoder): Promise<TaskReport> => {
  try {
    if (!task.encodesEdges) return { ...(await writeAll(task, io, undefined)), warnings: [] };
    if (!encoder) {
      throw new ClipfleetError('internal', 'This worker cannot encode the edges of a ts.', { retryable: false });
    }
    const counting = new CountingEncoder(encoder.encode);
    const written = await writeAll(task, io, { ...encoder, encode: counting.encode });
    return { ...written, encodedFrameCount: counting.frameCount, warnings: [] };
  } catch (error) {
    throw mediaFailure(error);
  }
};

const writeAll = async (
  task: TsPartsTask,
  io: TaskIo,
  edges: TsEdgeEncoder | undefined,
): Promise<Omit<TaskReport, 'warnings'>> => {
  const cuts = await write(task, io, edges);
  return { ...(await io.finish()), ...reportOf(task, cuts) };
};

const write = async (task: TsPartsTask, io: TaskIo, edges: TsEdgeEncoder | undefined): Promise<ClipCuts> => {
  if (task.equalPartBytes !== undefined) return writeTsStream(task, task.equalPartBytes, io, edges);
  if (task.clipIndex !== undefined) return writeTsClips(task, io);
  const cut = await writeEach(task, io, edges);
  return cut ? [{ clipIndex: undefined, cut }] : [];
};

type CutReport = Pick<TaskReport, 'cut' | 'clipCuts' | 'segments'>;

const reportOf = (task: TsPartsTask, cuts: ClipCuts): CutReport =>
  task.listsSegments ? reportSegments(cuts) : toReport(cuts, task.equalPartBytes !== undefined);

/** Where the edit begins and ends; pictures of the segments between are not counted. */
const reportSegments = (cuts: ClipCuts): CutReport => {
  const { startDeltaTicks } = cuts[0].cut;
  const { endDeltaTicks } = cuts.at(-1)!.cut;
  return {
    cut: {
      ...(startDeltaTicks !== undefined && { startDeltaTicks }),
      ...(endDeltaTicks !== undefined && { endDeltaTicks }),
    },
    clipCuts: cuts.map(({ clipIndex = 0, cut: { videoFrameCount: _count, ...cut } }) => ({ ...cut, clipIndex })),
    segments: cuts.map(({ cut, segment }) => ({ ...cut, ...segment! })),
  };
};

/** `isStream`: all pictures have passed this worker. */
const toReport = (cuts: ClipCuts, isStream: boolean): CutReport => {
  if (cuts.length === 0) return {};
  if (cuts[0].clipIndex === undefined) return { cut: cuts[0].cut };
  const clipCuts = cuts.map(({ clipIndex, cut }) => ({ ...cut, clipIndex: clipIndex! }));
  const joined = joinCuts(
    cuts.map(({ cut }) => cut),
    cuts.length,
  );
  if (!isStream || joined?.videoFrameCount === undefined) return { clipCuts };
  return { cut: { videoFrameCount: joined.videoFrameCount }, clipCuts };
};

const writeEach = async (
  task: TsPartsTask,
  io: TaskIo,
  encoder: TsEdgeEncoder | undefined,
): Promise<MeasuredTrim | undefined> => {
  const cuts: MeasuredTrim[] = [];
  for (const [index, part] of task.parts.entries()) {
    const edges = edgesOf(task, index);
    if (part.method === 'store-copy') await io.copy(part);
    else if (!edges) await io.writeStream(part);
    else if (!encoder) cuts.push(await writeTrimmed(part, edges, io));
    else cuts.push(await writeEncoded(part, edges, io, { ...encoder, next: nextPiece(task, index) }));
  }
  return joinCuts(cuts, task.parts.length);
};

const nextPiece = ({ parts, tail }: TsPartsTask, index: number): Piece | undefined =>
  parts[index + 1]?.pieces[0] ?? tail?.[0];

/** As {@link writeTrimmed}, and then the pictures at the edges encoded, to the part number of this delivery. */
const writeEncoded = async (
  part: TsPart,
  edges: PartEdges,
  io: TaskIo,
  { encode, attemptNumber, next }: TsEdgeEncoder & { next: Piece | undefined },
): Promise<MeasuredTrim> => {
  const { bytes, cut } = await encodeTrimmed({ ...edges, pieces: part.pieces }, io, encode, next);
  const block = { firstPartNumber: part.partNumber, partCount: TS_EDGE_SLOTS };
  await io.write(attemptParts(block, io.destination.abilities, attemptNumber).firstPartNumber, bytes);
  return cut;
};

/** What of the task's cuts lies in a part; undefined: nothing. */
type PartEdges = Omit<TrimmedPieces, 'pieces'>;

const edgesOf = ({ lead, trimStart, trimEnd, parts, tail }: TsPartsTask, index: number): PartEdges | undefined => {
  const start = index === 0 ? trimStart : undefined;
  const end = index === parts.length - 1 ? trimEnd : undefined;
  if (!start && !end) return undefined;
  return {
    lead: start ? lead : [],
    ...(start && { trimStart: start }),
    ...(end && { trimEnd: end, tail: tail ?? [] }),
  };
};

/** The size of a trimmed part is known only when it is made: it is held, at most as large as a streamed part is planned. */
const writeTrimmed = async (part: TsPart, edges: PartEdges, io: TaskIo): Promise<MeasuredTrim> => {
  const chunks: Uint8Array[] = [];
  const { measured } = await trimPieces(
    { ...edges, pieces: part.pieces },
    io,
    async (trimmed) => void chunks.push(...trimmed),
  );
  await io.write(part.partNumber, chunks);
  return measured;
};
