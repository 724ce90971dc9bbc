import {
  beginsPes,
  isRandomAccess,
  PACKET_BYTES,
  packetsIn,
  payloadStart,
  pesPayloadStart,
  pidOf,
  VIDEO_PID,
} from './ts-packets.js';

/**
 * The same recording with two pictures in a video PES, of which only the first has a time: the second one's header goes. A
 * keyframe always begins a PES. Packets stay where they are; what a removed header leaves is filled by the adaptation field.
 */
export const joinPictures = (bytes: Uint8Array): Uint8Array => {
  let pictures = 0;
  const packets = packetsIn(bytes).map((packet) => {
    if (pidOf(packet) !== VIDEO_PID || !beginsPes(packet)) return packet;
    if (isRandomAccess(packet)) pictures = 0;
    return pictures++ % 2 === 0 ? packet : withoutHeader(packet);
  });
  return Buffer.concat(packets);
};

/** The rest of the PES's first packet, as one in the middle of a PES. Its PCR, if any, stays. */
const withoutHeader = (packet: Uint8Array): Uint8Array => {
  const payload = packet.subarray(pesPayloadStart(packet));
  const kept = (packet[3] & 0x20) === 0 ? [] : [...packet.subarray(5, payloadStart(packet))];
  const fieldBytes = PACKET_BYTES - 5 - payload.length;
  const made = new Uint8Array(PACKET_BYTES).fill(0xff);
  made.set(packet.subarray(0, 4));
  made[1] &= ~0x40;
  made[3] |= 0x30;
  made[4] = fieldBytes;
  made.set(kept.length === 0 ? [0] : kept, 5);
  made.set(payload, PACKET_BYTES - payload.length);
  return made;
};
