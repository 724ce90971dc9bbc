import { hasPayload, PACKET_BYTES, payloadOffset, startsUnit } from '../packet/packet.js';

/** Where the stamps of a PES lie, from the start of its first packet. */
export interface StampPlaces {
  readonly streamId: number;
  readonly ptsOffset: number;
  /** Absent: the PTS is the DTS, too. */
  readonly dtsOffset: number | undefined;
  /** Behind the PES header; beyond the packet when the header goes on in the next one. */
  readonly dataOffset: number;
}

/** Stamps of the PES that starts in the packet at `offset`; undefined when none starts or it has no PTS (§2.4.3.6). */
export const stampPlaces = (bytes: Uint8Array, offset: number): StampPlaces | undefined => {
  if (!startsUnit(bytes, offset) || !hasPayload(bytes, offset)) return undefined;
  const at = payloadOffset(bytes, offset);
  const end = offset + PACKET_BYTES;
  if (at + 14 > end || bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) return undefined;
  if ((bytes[at + 6] & 0xc0) !== 0x80 || (bytes[at + 7] & 0x80) === 0 || bytes[at + 8] < 5) return undefined;
  const hasDts = (bytes[at + 7] & 0x40) !== 0 && bytes[at + 8] >= 10 && at + 19 <= end;
  return {
    streamId: bytes[at + 3],
    ptsOffset: at - offset + 9,
    dtsOffset: hasDts ? at - offset + 14 : undefined,
    dataOffset: at - offset + 9 + bytes[at + 8],
  };
};

/** Where the PCR of a packet that has one lies, from its start (§2.4.3.5). */
export const PCR_OFFSET = 6;

/** Stream_ids of video and audio (§2.4.3.7 Table 2-22: 1110 xxxx, 110x xxxx). */
export const isVideoId = (streamId: number): boolean => (streamId & 0xf0) === 0xe0;
export const isAudioId = (streamId: number): boolean => (streamId & 0xe0) === 0xc0;

/** discontinuity_indicator off: counter and clock go on. */
export const clearDiscontinuity = (bytes: Uint8Array, offset: number): void => {
  if ((bytes[offset + 3] & 0x20) !== 0 && bytes[offset + 4] > 0) bytes[offset + 5] &= 0x7f;
};

/** Leaves of a packet its adaptation field, for the PCR in it. */
export const dropPayload = (bytes: Uint8Array, offset: number): void => {
  const from = payloadOffset(bytes, offset);
  bytes[offset + 3] &= 0xef;
  bytes[offset + 4] = PACKET_BYTES - 5;
  bytes.fill(0xff, from, offset + PACKET_BYTES);
};
