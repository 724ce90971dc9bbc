import { MIN_UNREADABLE_BYTES } from '../audio/audio-framer.js';
import { concatBytes, copyBytes } from '../bytes.js';
import { parsePesHeader } from '../es/pes-header.js';
import { hasPayload, isScrambled, PACKET_BYTES, payloadOffset, pidOf, startsUnit } from '../packet/packet.js';
import { PacketReader } from '../packet/packet-reader.js';

/** Whether two frames of LOAS follow each other (AudioSyncStream, ISO/IEC 14496-3 §1.7.2). */
const isLatm = (bytes: Uint8Array): boolean => {
  const frameBytes = (at: number): number => (((bytes[at + 1] & 0x1f) << 8) | bytes[at + 2]) + 3;
  const begins = (at: number): boolean => bytes[at] === 0x56 && (bytes[at + 1] & 0xe0) === 0xe0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    if (begins(at) && at + frameBytes(at) + 1 < bytes.length && begins(at + frameBytes(at))) return true;
  }
  return false;
};

/** What an audio stream is in which no frame of the codec it is named for was found; undefined: too little of it is there. */
export const unreadAudioKind = (bytes: Uint8Array, pid: number): 'aac-latm' | 'unknown' | undefined => {
  const payload = payloadOf(bytes, pid);
  if (isLatm(payload)) return 'aac-latm';
  return payload.length >= MIN_UNREADABLE_BYTES ? 'unknown' : undefined;
};

/** The elementary stream, as far as PES headers lie within their first packet. */
const payloadOf = (bytes: Uint8Array, pid: number): Uint8Array => {
  const payloads: Uint8Array[] = [];
  let inPes = false;
  const packet = (packetBytes: Uint8Array, offset: number): void => {
    if (pidOf(packetBytes, offset) !== pid || !hasPayload(packetBytes, offset) || isScrambled(packetBytes, offset))
      return;
    const end = offset + PACKET_BYTES;
    let from = payloadOffset(packetBytes, offset);
    if (startsUnit(packetBytes, offset)) {
      const header = parsePesHeader(packetBytes, from, end);
      inPes = typeof header !== 'string';
      if (typeof header !== 'string') from += header.headerBytes;
    }
    if (inPes && from < end) payloads.push(copyBytes(packetBytes, from, end));
  };
  const reader = new PacketReader({ packet, syncLost: () => {} });
  reader.push(bytes);
  reader.flush();
  return concatBytes(payloads);
};
