import { hasPayload, PACKET_BYTES, payloadOffset, startsUnit } from '../packet/packet.js';
import { crc32Mpeg } from '../psi/crc32.js';
import { wrapTicks } from './stamps.js';

const SPLICE_INFO_TABLE_ID = 0xfc;
/** SCTE 35 §9.6: table_id, length, protocol_version, 7 bits of encryption, then the 33 bits of pts_adjustment. */
const ADJUSTMENT_OFFSET = 4;
const CRC_BYTES = 4;

/** Where in the packet at `offset` the one splice_info_section lies that begins and ends in it; undefined: nowhere. */
export const spliceSection = (bytes: Uint8Array, offset: number): { from: number; to: number } | undefined => {
  if (!startsUnit(bytes, offset) || !hasPayload(bytes, offset)) return undefined;
  const at = payloadOffset(bytes, offset);
  const end = offset + PACKET_BYTES;
  const from = at + 1 + bytes[at];
  if (from + ADJUSTMENT_OFFSET + 5 > end || bytes[from] !== SPLICE_INFO_TABLE_ID) return undefined;
  const to = from + 3 + (((bytes[from + 1] & 0x0f) << 8) | bytes[from + 2]);
  return to <= end && crc32Mpeg(bytes.subarray(from, to)) === 0 ? { from, to } : undefined;
};

/** Who moves the clock of a stream adds the same to pts_adjustment of its cues (SCTE 35 §9.6.1): their times are not touched. */
export const adjustCue = (bytes: Uint8Array, { from, to }: { from: number; to: number }, offsetTicks: number): void => {
  const at = from + ADJUSTMENT_OFFSET;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  // its highest bit shares a byte with the encryption's
  const adjustment = (bytes[at] & 1) * 2 ** 32 + view.getUint32(at + 1);
  const adjusted = wrapTicks(adjustment + offsetTicks);
  bytes[at] = (bytes[at] & 0xfe) | Math.floor(adjusted / 2 ** 32);
  view.setUint32(at + 1, adjusted % 2 ** 32);
  view.setUint32(to - CRC_BYTES, crc32Mpeg(bytes.subarray(from, to - CRC_BYTES)));
};
