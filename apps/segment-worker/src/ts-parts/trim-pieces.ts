import { type TsRebaser, TsTrimmer } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import type { Piece, TsPartsTask } from '@clipfleet/timeline';

/** Pieces that follow each other, and what of a clip's cuts lies in them: `lead` is read only to find the start. */
export interface TrimmedPieces {
  pieces: readonly Piece[];
  lead: readonly Piece[];
  trimStart?: TsPartsTask['trimStart'];
  trimEnd?: TsPartsTask['trimEnd'];
  /** Behind a cut at the end: read as far as what is shown before it lies there. */
  tail?: readonly Piece[];
  /** Pictures before the cut will be left out, so nothing else of that time is kept. */
  othersAtCut?: boolean;
}

/** Cut at packets, as it is read. `rebaser`: what comes out has one clock and one row of counters; its flush is the caller's. */
export const trimPieces = async (
  { pieces, lead, trimStart, trimEnd, tail = [], othersAtCut = false }: TrimmedPieces,
  io: TaskIo,
  take: (chunks: Uint8Array[]) => Promise<void>,
  rebaser?: TsRebaser,
): Promise<TsTrimmer> => {
  const trimmer = new TsTrimmer({
    mode: 'keyframe',
    othersAtCut,
    goesOn: trimEnd === undefined && rebaser === undefined,
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
  for (const piece of trimEnd ? tail : []) {
    if (trimmer.isComplete) break;
    trimmer.startPiece();
    for await (const chunk of io.read(piece)) {
      await pass(trimmer.push(chunk));
      if (trimmer.isComplete) break;
    }
  }
  await pass(trimmer.flush());
  return trimmer;
};
