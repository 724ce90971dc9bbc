const PACKET_BYTES = 188;
const NULL_PID = 0x1fff;

export interface TransportWalk {
  packetCount: number;
  /** Packets whose counter does not follow the one before of their PID (a packet sent twice does). */
  continuityErrors: number;
  /** discontinuity_indicator set. */
  discontinuities: number;
  /** 33-bit bases, in order. */
  pcrTicks: number[];
}

/** Goes through a transport stream packet by packet, with no knowledge but of their headers: a judge of what others wrote. */
export const walkTransportStream = (bytes: Uint8Array): TransportWalk => {
  const walk: TransportWalk = { packetCount: 0, continuityErrors: 0, discontinuities: 0, pcrTicks: [] };
  const counters = new Map<number, number>();
  if (bytes.length % PACKET_BYTES !== 0) throw new Error(`${bytes.length} bytes are no whole number of packets`);
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
    if (bytes[at] !== 0x47) throw new Error(`no packet begins at byte ${at}`);
    walk.packetCount++;
    const pid = ((bytes[at + 1] & 0x1f) << 8) | bytes[at + 2];
    const hasPayload = (bytes[at + 3] & 0x10) !== 0;
    const counter = bytes[at + 3] & 0x0f;
    const last = counters.get(pid);
    if (pid !== NULL_PID) counters.set(pid, counter);
    const expected = hasPayload ? ((last ?? 0) + 1) & 0x0f : last;
    if (last !== undefined && counter !== expected && !(hasPayload && counter === last)) walk.continuityErrors++;
    if ((bytes[at + 3] & 0x20) === 0 || bytes[at + 4] === 0) continue;
    if ((bytes[at + 5] & 0x80) !== 0) walk.discontinuities++;
    if ((bytes[at + 5] & 0x10) !== 0) walk.pcrTicks.push(pcrBase(bytes, at + 6));
  }
  return walk;
};

const pcrBase = (bytes: Uint8Array, at: number): number =>
  bytes[at] * 2 ** 25 + ((bytes[at + 1] << 17) | (bytes[at + 2] << 9) | (bytes[at + 3] << 1) | (bytes[at + 4] >> 7));
