import type { Piece } from './piece.js';
import type { PlanWarning } from './plan.js';

/** ISO/IEC 13818-1 §2.4.3.2 */
const PACKET_BYTES = 188;
const MAX_NAMED = 5;

/** Encryption pads: the size of what it hides is not known. */
const endsInsidePacket = ({ sizeBytes, cipher }: Piece): boolean => !cipher && sizeBytes % PACKET_BYTES !== 0;

/**
 * Segments that end inside a packet were cut off while they were written: the pictures at their end are missing. Where most
 * are of such a size it is the recorder's way (a trailer, say), and tells nothing.
 */
export const truncationWarnings = (pieces: readonly Piece[]): PlanWarning[] => {
  const keys = [...new Set(pieces.filter(endsInsidePacket).map(({ key }) => key))];
  if (keys.length === 0 || keys.length * 2 > pieces.length) return [];
  const more = keys.length > MAX_NAMED ? ` and ${keys.length - MAX_NAMED} more` : '';
  const message = `Segments end inside a packet, so they were cut off: ${keys.slice(0, MAX_NAMED).join(', ')}${more}.`;
  return [{ code: 'segment-truncated', message }];
};
