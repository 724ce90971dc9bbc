import { ClipfleetError, type TaskReport } from '@clipfleet/contracts';
import { type MeasuredTrim, TsRebaser } from '@clipfleet/mpegts';
import { PartCutter, type TaskIo } from '@clipfleet/object-store';
import { type Piece, TS_EDGE_SLOTS, type TsPart, type TsPartsTask } from '@clipfleet/timeline';
import { mediaFailure } from '../media-failure.js';
import { attemptNumbers } from '../remux/attempt-parts.js';
import { startsAnew } from '../remux/starts-anew.js';
import { encodeTsEdges, type TsEdgeEncoder } from './encode-ts-edges.js';
import { trimPieces, type TrimmedPieces } from './trim-pieces.js';
import { writeTsClips } from './write-ts-clips.js';

/** Consecutive parts of a ts: copied inside the store, or streamed through, with the edges cut at packets. */
export const writeTsParts = async (task: TsPartsTask, io: TaskIo, encoder?: TsEdgeEncoder): Promise<TaskReport> => {
  if (task.clipIndex !== undefined) return writeTsClips(task, io);
  try {
    const edges = task.encodesEdges ? encoder : undefined;
    if (task.encodesEdges && !edges) {
      throw new ClipfleetError('internal', 'This worker cannot encode the edges of a ts.', { retryable: false });
    }
    const cut =
      task.equalPartBytes === undefined
        ? await writeEach(task, io, edges)
        : await writeEqual(task, io, task.equalPartBytes);
    return { ...(await io.finish()), ...(cut && { cut }), warnings: [] };
  } catch (error) {
    throw mediaFailure(error);
  }
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

/** Pictures are counted where they pass a worker that looks at them; without those of one part their sum says nothing. */
const joinCuts = (cuts: MeasuredTrim[], partCount: number): MeasuredTrim | undefined => {
  if (cuts.length === 0) return undefined;
  const { videoFrameCount: _last, ...ends }: MeasuredTrim = Object.assign({}, ...cuts);
  const counts = cuts.flatMap(({ videoFrameCount }) => videoFrameCount ?? []);
  if (cuts.length < partCount || counts.length < partCount) return ends;
  return { ...ends, videoFrameCount: counts.reduce((sum, count) => sum + count, 0) };
};

const nextPiece = ({ parts, tail }: TsPartsTask, index: number): Piece | undefined =>
  parts[index + 1]?.pieces[0] ?? tail?.[0];

/** As {@link writeTrimmed}, and then the pictures at the edges encoded, to the part number of this delivery. */
const writeEncoded = async (
  part: TsPart,
  edges: PartEdges,
  io: TaskIo,
  { encode, deliveryCount, next }: TsEdgeEncoder & { next: Piece | undefined },
): Promise<MeasuredTrim> => {
  const chunks: Uint8Array[] = [];
  const trimmer = await trimPieces(
    { ...edges, pieces: part.pieces, othersAtCut: true },
    io,
    async (trimmed) => void chunks.push(...trimmed),
  );
  const { bytes, cut } = await encodeTsEdges(Buffer.concat(chunks), trimmer.cutTicks, encode, () =>
    next === undefined ? Promise.resolve(true) : startsAnew(io.read(next), undefined),
  );
  const block = { firstPartNumber: part.partNumber, partCount: TS_EDGE_SLOTS };
  await io.write(attemptNumbers(block, io, deliveryCount).firstPartNumber, bytes);
  return cut;
};

/** What of the task's cuts lies in a part; undefined: nothing. */
type PartEdges = Omit<TrimmedPieces, 'pieces'>;

const edgesOf = ({ lead, trimStart, trimEnd, parts }: TsPartsTask, index: number): PartEdges | undefined => {
  const start = index === 0 ? trimStart : undefined;
  const end = index === parts.length - 1 ? trimEnd : undefined;
  if (!start && !end) return undefined;
  return { lead: start ? lead : [], ...(start && { trimStart: start }), ...(end && { trimEnd: end }) };
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

/** The whole output as one stream, cut wherever a part is full. */
const writeEqual = async (task: TsPartsTask, io: TaskIo, partBytes: number): Promise<MeasuredTrim> => {
  const { lead, trimStart, trimEnd, parts } = task;
  const cutter = new PartCutter(partBytes, { foldRemainder: false });
  let partNumber = 1;
  const edges = { lead, ...(trimStart && { trimStart }), ...(trimEnd && { trimEnd }) };
  const pieces = parts.flatMap((part) => part.pieces);
  const take = async (chunks: Uint8Array[]): Promise<void> => {
    for (const chunk of chunks) for (const part of cutter.push(chunk)) await io.write(partNumber++, part);
  };
  const rebaser = task.clean === true ? new TsRebaser() : undefined;
  const { measured } = await trimPieces({ ...edges, pieces }, io, take, rebaser);
  if (rebaser !== undefined) await take([rebaser.flush()]);
  const last = cutter.finish();
  if (last) await io.write(partNumber, last);
  return measured;
};
