import { isVideoCodec, SegmentStartFinder } from '@clipfleet/mpegts';
import type { Piece } from '@clipfleet/timeline';

export type ReadPiece = (piece: Piece) => AsyncIterable<Uint8Array>;

interface RangeStart {
  /** As on the wire. */
  ticks: number;
  /** It is a keyframe's: what is presented from there on can be decoded without what lies before (open GOP or not). */
  isKeyframe: boolean;
}

/** Where the range starts that begins with these pieces; undefined: nowhere, or there are no pictures. */
export const rangeStart = async (
  pieces: readonly Piece[],
  read: ReadPiece,
  programPackets?: Uint8Array,
): Promise<RangeStart | undefined> => {
  for (const piece of pieces) {
    const { finder, ticks } = await startOf(piece, read, programPackets);
    if (finder.program?.streams.every(({ kind }) => !isVideoCodec(kind))) return undefined;
    if (ticks === undefined) continue;
    const { firstVideo } = finder;
    return { ticks, isKeyframe: firstVideo?.keyframe === true && firstVideo.ptsTicks === ticks };
  }
  return undefined;
};

/** The same of whatever is there, as the wire has it: where `writeLocalRun` has the range begin that begins with these pieces. */
export const firstStartTicks = async (
  pieces: readonly Piece[],
  read: ReadPiece,
  programPackets?: Uint8Array,
): Promise<number | undefined> => {
  for (const piece of pieces) {
    const { ticks } = await startOf(piece, read, programPackets);
    if (ticks !== undefined) return ticks;
  }
  return undefined;
};

/** Reads no further than it takes to know. */
const startOf = async (
  piece: Piece,
  read: ReadPiece,
  programPackets: Uint8Array | undefined,
): Promise<{ finder: SegmentStartFinder; ticks: number | undefined }> => {
  const finder = new SegmentStartFinder(programPackets);
  for await (const chunk of read(piece)) if (finder.push(chunk)) break;
  return { finder, ticks: finder.startTicks ?? finder.finish() };
};
