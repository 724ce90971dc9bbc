/** Just enough of ISO/IEC 13818-1 to make difficult recordings of plain ones; the code under test has its own. */
export const PACKET_BYTES = 188;
/** As ffmpeg's muxer numbers them. */
export const VIDEO_PID = 0x100;
export const AUDIO_PID = 0x101;

export const packetsIn = (bytes: Uint8Array, fromByte = 0): Uint8Array[] =>
  Array.from({ length: Math.floor((bytes.length - fromByte) / PACKET_BYTES) }, (_, index) =>
    bytes.subarray(fromByte + index * PACKET_BYTES, fromByte + (index + 1) * PACKET_BYTES),
  );

export const pidOf = (packet: Uint8Array): number => ((packet[1] & 0x1f) << 8) | packet[2];
/** payload_unit_start_indicator: a PES begins. */
export const beginsPes = (packet: Uint8Array): boolean => (packet[1] & 0x40) !== 0;
export const payloadStart = (packet: Uint8Array): number => ((packet[3] & 0x20) === 0 ? 4 : 5 + packet[4]);
/** random_access_indicator, §2.4.3.5: ffmpeg sets it at keyframes. */
export const isRandomAccess = (packet: Uint8Array): boolean =>
  (packet[3] & 0x20) !== 0 && packet[4] > 0 && (packet[5] & 0x40) !== 0;
/** PAT, SDT and PMT as ffmpeg numbers them. */
export const isTable = (packet: Uint8Array): boolean => [0, 0x11, 0x1000].includes(pidOf(packet));

/** 33 bits in 5 bytes, §2.4.3.7. */
const timeAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] >> 1) & 7) * 2 ** 30 +
  ((bytes[at + 1] << 7) | (bytes[at + 2] >> 1)) * 2 ** 15 +
  ((bytes[at + 3] << 7) | (bytes[at + 4] >> 1));

/** PTS of the PES that a packet begins. */
export const ptsOf = (packet: Uint8Array): number | undefined => {
  const pes = payloadStart(packet);
  return (packet[pes + 7] & 0x80) === 0 ? undefined : timeAt(packet, pes + 9);
};

/** First byte of the PES payload in the packet that begins it. */
export const pesPayloadStart = (packet: Uint8Array): number => {
  const pes = payloadStart(packet);
  return pes + 9 + packet[pes + 8];
};

/** Packets of one PID that carry `payload`, the last one filled up by its adaptation field. */
export const packetize = (pid: number, payload: Uint8Array, firstCounter: number): Uint8Array[] => {
  const packets: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += PACKET_BYTES - 4) {
    const part = payload.subarray(at, at + PACKET_BYTES - 4);
    const stuffing = PACKET_BYTES - 4 - part.length;
    const packet = new Uint8Array(PACKET_BYTES).fill(0xff);
    const control = (stuffing > 0 ? 0x30 : 0x10) | ((firstCounter + packets.length) & 0x0f);
    packet.set([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, control]);
    if (stuffing > 0) packet[4] = stuffing - 1;
    if (stuffing > 1) packet[5] = 0;
    packet.set(part, PACKET_BYTES - part.length);
    packets.push(packet);
  }
  return packets;
};

/** An audio PES (stream id 0xC0) with or without a PTS. */
export const audioPes = (payload: Uint8Array, pts: number | undefined): Uint8Array => {
  const header = pts === undefined ? [] : ptsField(pts);
  const lengthBytes = 3 + header.length + payload.length;
  const head = [0, 0, 1, 0xc0, lengthBytes >> 8, lengthBytes & 0xff, 0x80, pts === undefined ? 0 : 0x80];
  return Buffer.concat([Uint8Array.from([...head, header.length, ...header]), payload]);
};

const ptsField = (pts: number): number[] => {
  const [high, middle, low] = [Math.floor(pts / 2 ** 30) & 7, Math.floor(pts / 2 ** 15) & 0x7fff, pts & 0x7fff];
  return [0x21 | (high << 1), middle >> 7, ((middle & 0x7f) << 1) | 1, low >> 7, ((low & 0x7f) << 1) | 1];
};
