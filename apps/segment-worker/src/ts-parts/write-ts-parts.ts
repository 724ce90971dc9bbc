import { type MeasuredTrim, TsRebaser, TsTrimmer } from '@clipfleet/mpegts';
import { PartCutter, type TaskIo } from '@clipfleet/object-store';
import type { Piece, TsPart, TsPartsTask } from '@clipfleet/timeline';
import { mediaFailure } from '../media-failure.js';
import type { TaskReport } from '@clipfleet/contracts';

/** Consecutive parts of a ts: copied inside the store, or streamed through, with the edges cut at packets. */
export const writeTsParts = async (task: TsPartsTask, io: TaskIo): Promise<TaskReport> => {
  try {
    const cut =
      task.equalPartBytes === undefined ? await writeEach(task, io) : await writeEqual(task, io, task.equalPartBytes);
    return { ...(await io.finish()), ...(cut && { cut }), warnings: [] };
  } catch (error) {
    throw mediaFailure(error);
  }
};

const writeEach = async (task: TsPartsTask, io: TaskIo): Promise<MeasuredTrim | undefined> => {
  let cut: MeasuredTrim | undefined;
  for (const [index, part] of task.parts.entries()) {
    const edges = edgesOf(task, index);
    if (part.method === 'store-copy') await io.copy(part);
    else if (edges) cut = { ...cut, ...(await writeTrimmed(part, edges, io)) };
    else await io.writeStream(part);
  }
  return cut;
};

/** What of the task's cuts lies in a part; undefined: nothing. */
interface PartEdges {
  lead: readonly Piece[];
  trimStart?: TsPartsTask['trimStart'];
  trimEnd?: TsPartsTask['trimEnd'];
}

const edgesOf = ({ lead, trimStart, trimEnd, parts }: TsPartsTask, index: number): PartEdges | undefined => {
  const start = index === 0 ? trimStart : undefined;
  const end = index === parts.length - 1 ? trimEnd : undefined;
  if (!start && !end) return undefined;
  return { lead: start ? lead : [], ...(start && { trimStart: start }), ...(end && { trimEnd: end }) };
};

/** The size of a trimmed part is known only when it is made: it is held, at most as large as a streamed part is planned. */
const writeTrimmed = async (part: TsPart, edges: PartEdges, io: TaskIo): Promise<MeasuredTrim> => {
  const chunks: Uint8Array[] = [];
  const cut = await trimPieces(part.pieces, edges, io, async (trimmed) => void chunks.push(...trimmed));
  await io.write(part.partNumber, Buffer.concat(chunks));
  return cut;
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
  const cut = await trimPieces(pieces, edges, io, take, task.clean === true ? new TsRebaser() : undefined);
  const last = cutter.finish();
  if (last) await io.write(partNumber, last);
  return cut;
};

/** `rebaser`: what comes out has one clock and one row of continuity counters. */
const trimPieces = async (
  pieces: readonly Piece[],
  { lead, trimStart, trimEnd }: PartEdges,
  io: TaskIo,
  take: (chunks: Uint8Array[]) => Promise<void>,
  rebaser?: TsRebaser,
): Promise<MeasuredTrim> => {
  const trimmer = new TsTrimmer({
    mode: 'keyframe',
    ...(trimStart && { trimStart: { pieceIndex: lead.length, offsetTicks: trimStart.offsetTicks } }),
    ...(trimEnd && { trimEnd: { pieceIndex: lead.length + pieces.length - 1, offsetTicks: trimEnd.offsetTicks } }),
  });
  const pass = (trimmed: Uint8Array[]): Promise<void> =>
    take(rebaser === undefined ? trimmed : trimmed.map((chunk) => rebaser.push(chunk)));
  let runIndex: number | undefined;
  for (const piece of [...lead, ...pieces]) {
    if (runIndex === undefined || piece.runIndex === runIndex) trimmer.startPiece();
    else {
      await pass(trimmer.startRun());
      if (rebaser !== undefined) await take([rebaser.startRun()]);
    }
    ({ runIndex } = piece);
    for await (const chunk of io.read(piece)) await pass(trimmer.push(chunk));
  }
  await pass(trimmer.flush());
  if (rebaser !== undefined) await take([rebaser.flush()]);
  return trimmer.measured;
};
