import { PACKET_BYTES } from './packet.js';

const SYNC_BYTE = 0x47;

/** So many bytes are enough to judge by. */
export const TRANSPORT_STREAM_HEAD_BYTES = 4 * PACKET_BYTES;

/** Three packets in a row somewhere at the start (ISO/IEC 13818-1 §2.4.3.2). An error page under a segment's name has none. */
export const looksLikeTransportStream = (head: Uint8Array): boolean => {
  for (let at = 0; at < PACKET_BYTES && at + 2 * PACKET_BYTES < head.length; at++) {
    if ([0, 1, 2].every((packet) => head[at + packet * PACKET_BYTES] === SYNC_BYTE)) return true;
  }
  return false;
};
