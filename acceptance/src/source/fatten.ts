import type { SourceSegment } from './source.js';
import { PACKET_BYTES } from './ts-packets.js';

/**
 * A segment filled up to `sizeBytes` by null packets (PID 0x1FFF, ISO/IEC 13818-1 §2.4.3.3): as large as a real one for all that
 * counts bytes (parts, ranges, copies inside the store), and with not one packet of media more. They go before the last
 * packet's rest, where a packet straddles the border.
 */
export const fatten = ({ bytes, phaseBytes }: SourceSegment, sizeBytes: number): Uint8Array => {
  const count = Math.max(0, Math.ceil((sizeBytes - bytes.length) / PACKET_BYTES));
  const wholePackets = Math.floor((bytes.length - phaseBytes) / PACKET_BYTES);
  const at = phaseBytes + wholePackets * PACKET_BYTES;
  const filling = Buffer.alloc(count * PACKET_BYTES, 0xff);
  for (let packet = 0; packet < count; packet++) filling.set([0x47, 0x1f, 0xff, 0x10], packet * PACKET_BYTES);
  return Buffer.concat([bytes.subarray(0, at), filling, bytes.subarray(at)]);
};
