import { type DemuxedSample, SegmentStartFinder, TsDemuxer } from '@clipfleet/mpegts';
import type { Piece } from '@clipfleet/timeline';

type Read = (piece: Piece) => AsyncIterable<Uint8Array>;

/** Its first picture is a keyframe: what is presented from there on can be decoded without what lies before (open GOP or not). */
const startsWithKeyframe = async (piece: Piece, read: Read, programPackets?: Uint8Array): Promise<boolean> => {
  const finder = new SegmentStartFinder(programPackets);
  for await (const chunk of read(piece)) {
    finder.push(chunk);
    if (finder.firstVideo !== undefined) break;
  }
  return finder.firstVideo === undefined || finder.firstVideo.keyframe;
};

const hasKeyframe = async (piece: Piece, read: Read, programPackets?: Uint8Array): Promise<boolean> => {
  let found = false;
  const sample = ({ kind, keyframe }: DemuxedSample): void => {
    found ||= kind === 'video' && keyframe;
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
 * Of the pieces before `first` (the nearest last) those that a decoder needs: none when it starts with a keyframe, else from the
 * last one that has any. Reads no further than it takes to know.
 */
export const neededLead = async (
  lead: readonly Piece[],
  first: Piece,
  read: Read,
  programPackets?: Uint8Array,
): Promise<readonly Piece[]> => {
  if (lead.length === 0 || (await startsWithKeyframe(first, read, programPackets))) return [];
  for (let position = lead.length - 1; position >= 0; position--) {
    if (await hasKeyframe(lead[position], read, programPackets)) return lead.slice(position);
  }
  return lead;
};
