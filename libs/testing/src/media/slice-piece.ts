import type { Piece } from '@clipfleet/timeline';

/** A segment as if it had been cut every `sliceBytes`, without regard to pictures, audio frames or packets. */
export const slicePiece = (piece: Piece, sliceBytes: number): Piece[] => {
  const count = Math.ceil(piece.sizeBytes / sliceBytes);
  return Array.from({ length: count }, (_, index): Piece => {
    const [start, end] = [index * sliceBytes, Math.min(piece.sizeBytes, (index + 1) * sliceBytes)];
    return {
      ...piece,
      ...{ segmentIndex: piece.segmentIndex + index, byteRange: [start, end], sizeBytes: end - start },
      durationTicks: Math.round((piece.durationTicks * (end - start)) / piece.sizeBytes),
    };
  });
};
