import type { TaskIo } from '@clipfleet/object-store';
import type { Piece } from '@clipfleet/timeline';
import type { EncodeEdge } from '../remux/edge-steps.js';
import { startsAnew } from '../remux/starts-anew.js';
import { encodeTsEdges, type EncodedPart } from './encode-ts-edges.js';
import { trimPieces, type TrimmedPieces } from './trim-pieces.js';

/** Pieces with an edge, cut at packets, and then the pictures at the edge encoded. `next`: the piece that goes on. */
export const encodeTrimmed = async (
  trimmed: Omit<TrimmedPieces, 'othersAtCut' | 'tail'>,
  io: TaskIo,
  encode: EncodeEdge,
  next: Piece | undefined,
): Promise<EncodedPart> => {
  const chunks: Uint8Array[] = [];
  const { pieces, lead, trimStart, trimEnd } = trimmed;
  const edges = { ...(trimStart && { trimStart }), ...(trimEnd && { trimEnd }) };
  const trimmer = await trimPieces({ pieces, lead, ...edges, othersAtCut: true }, io, async (cut) => {
    chunks.push(...cut);
  });
  return encodeTsEdges(Buffer.concat(chunks), trimmer.cutTicks, encode, () =>
    next === undefined ? Promise.resolve(true) : startsAnew(io.read(next), undefined),
  );
};
