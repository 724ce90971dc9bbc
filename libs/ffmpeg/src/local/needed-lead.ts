import { type DemuxedSample, isVideoCodec, SegmentStartFinder, TsDemuxer, unwrapTicks } from '@clipfleet/mpegts';
import type { Piece } from '@clipfleet/timeline';

type Read = (piece: Piece) => AsyncIterable<Uint8Array>;

interface RangeStart {
  /** As on the wire. */
  ticks: number;
  /** It is a keyframe's: what is presented from there on can be decoded without what lies before (open GOP or not). */
  isKeyframe: boolean;
}

/** Where the range starts that begins with these pieces; undefined: nowhere, or there are no pictures. */
const rangeStart = async (
  pieces: readonly Piece[],
  read: Read,
  programPackets?: Uint8Array,
): Promise<RangeStart | undefined> => {
  for (const piece of pieces) {
    const finder = new SegmentStartFinder(programPackets);
    for await (const chunk of read(piece)) if (finder.push(chunk)) break;
    const ticks = finder.startTicks ?? finder.finish();
    if (finder.program?.streams.every(({ kind }) => !isVideoCodec(kind))) return undefined;
    if (ticks === undefined) continue;
    const { firstVideo } = finder;
    return { ticks, isKeyframe: firstVideo?.keyframe === true && firstVideo.ptsTicks === ticks };
  }
  return undefined;
};

/** Whether a piece has a keyframe that is presented at an instant or before: pictures behind a later one may need more. */
const hasKeyframeBy = async (
  ticks: number,
  piece: Piece,
  read: Read,
  programPackets?: Uint8Array,
): Promise<boolean> => {
  let found = false;
  const sample = ({ kind, keyframe, ptsTicks }: DemuxedSample): void => {
    found ||= kind === 'video' && keyframe && unwrapTicks(ptsTicks, ticks) <= ticks;
  };
  const demuxer = new TsDemuxer({ sink: { config: () => {}, sample }, ...(programPackets && { programPackets }) });
  for await (const chunk of read(piece)) {
    demuxer.push(chunk);
    if (found) return true;
  }
  demuxer.flush();
  return found;
};

/**
 * Of the pieces before a range (the nearest last) those that a decoder needs: none when the range starts with a keyframe, else
 * from the last one with a keyframe that is not presented after the range's start. With open GOPs a later one comes before
 * pictures that are presented before it, and cannot be decoded from it. Reads no further than it takes to know.
 */
export const neededLead = async (
  lead: readonly Piece[],
  pieces: readonly Piece[],
  read: Read,
  programPackets?: Uint8Array,
): Promise<readonly Piece[]> => {
  if (lead.length === 0) return [];
  const start = await rangeStart(pieces, read, programPackets);
  if (start === undefined || start.isKeyframe) return [];
  for (let position = lead.length - 1; position >= 0; position--) {
    if (await hasKeyframeBy(start.ticks, lead[position], read, programPackets)) return lead.slice(position);
  }
  return lead;
};
