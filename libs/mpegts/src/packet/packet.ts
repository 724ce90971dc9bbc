/** Fields of a transport packet at `offset` (ISO/IEC 13818-1 §2.4.3.2, §2.4.3.4). */

export const PACKET_BYTES = 188;
export const SYNC_BYTE = 0x47;
export const PAT_PID = 0;
export const NULL_PID = 0x1fff;

export const pidOf = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset + 1] & 0x1f) << 8) | bytes[offset + 2];

export const hasTransportError = (bytes: Uint8Array, offset: number): boolean => (bytes[offset + 1] & 0x80) !== 0;

/** payload_unit_start_indicator: a PES or a section begins in this packet. */
export const startsUnit = (bytes: Uint8Array, offset: number): boolean => (bytes[offset + 1] & 0x40) !== 0;

export const isScrambled = (bytes: Uint8Array, offset: number): boolean => (bytes[offset + 3] & 0xc0) !== 0;

export const hasPayload = (bytes: Uint8Array, offset: number): boolean => (bytes[offset + 3] & 0x10) !== 0;

export const continuityOf = (bytes: Uint8Array, offset: number): number => bytes[offset + 3] & 0x0f;

/** Where the payload begins, behind the adaptation field; the packet's end if there is none. */
export const payloadOffset = (bytes: Uint8Array, offset: number): number => {
  const control = bytes[offset + 3] & 0x30;
  if (control === 0x10) return offset + 4;
  if (control !== 0x30) return offset + PACKET_BYTES;
  return Math.min(offset + 5 + bytes[offset + 4], offset + PACKET_BYTES);
};

/** The flags byte of the adaptation field; 0 if there is none. */
const adaptationFlags = (bytes: Uint8Array, offset: number): number =>
  (bytes[offset + 3] & 0x20) !== 0 && bytes[offset + 4] > 0 ? bytes[offset + 5] : 0;

/** discontinuity_indicator: the continuity counter may jump here. */
export const isDiscontinuous = (bytes: Uint8Array, offset: number): boolean =>
  (adaptationFlags(bytes, offset) & 0x80) !== 0;

export const isRandomAccess = (bytes: Uint8Array, offset: number): boolean =>
  (adaptationFlags(bytes, offset) & 0x40) !== 0;

export const hasPcr = (bytes: Uint8Array, offset: number): boolean =>
  (adaptationFlags(bytes, offset) & 0x10) !== 0 && bytes[offset + 4] >= 7;
