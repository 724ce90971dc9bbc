import { type DemuxedSample, TsDemuxer, unwrapTicks } from '@clipfleet/mpegts';
import type { Piece } from '@clipfleet/timeline';
import { rangeStart, type ReadPiece } from './range-start.js';

/** Whether a piece has a keyframe that is presented at an instant or before: pictures behind a later one may need more. */
const hasKeyframeBy = async (
  ticks: number,
  piece: Piece,
  read: ReadPiece,
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
  read: ReadPiece,
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
