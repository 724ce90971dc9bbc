import { PACKET_BYTES, SYNC_BYTE } from '../packet/packet.js';

export interface PacketizeOptions {
  readonly pid: number;
  /** Continuity counter of the first packet. */
  readonly counter: number;
  /** random_access_indicator of the first packet: decoding can begin here. */
  readonly randomAccess?: boolean;
  /** The six bytes of a PCR, for the first packet. */
  readonly pcr?: Uint8Array;
}

const HEADER_BYTES = 4;
const PAYLOAD_BYTES = PACKET_BYTES - HEADER_BYTES;
export const PCR_BYTES = 6;

/** A unit (PES or sections with their pointer) as transport packets; the last is filled up by its adaptation field. */
export const packetize = (unit: Uint8Array, options: PacketizeOptions): Uint8Array => {
  const packets: Uint8Array[] = [];
  for (let at = 0; at < unit.length || packets.length === 0;) {
    const isFirst = packets.length === 0;
    const flags = isFirst ? flagBytes(options) : [];
    const room = PAYLOAD_BYTES - (flags.length > 0 ? flags.length + 1 : 0);
    const payload = unit.subarray(at, at + room);
    packets.push(packetOf({ ...options, counter: (options.counter + packets.length) & 15 }, isFirst, flags, payload));
    at += payload.length;
  }
  return join(packets);
};

/** A packet without payload: it carries a PCR, and does not count (ISO/IEC 13818-1 §2.4.3.3). */
export const pcrPacket = (pid: number, counter: number, pcr: Uint8Array): Uint8Array => {
  const packet = new Uint8Array(PACKET_BYTES).fill(0xff);
  packet.set([SYNC_BYTE, pid >> 8, pid & 0xff, 0x20 | (counter & 15), PAYLOAD_BYTES - 1, 0x10, ...pcr]);
  return packet;
};

/** Flags of the adaptation field and what they announce; none: no field is needed. */
const flagBytes = ({ randomAccess, pcr }: PacketizeOptions): number[] => {
  if (randomAccess !== true && pcr === undefined) return [];
  return [(randomAccess === true ? 0x40 : 0) | (pcr === undefined ? 0 : 0x10), ...(pcr ?? [])];
};

const packetOf = (
  { pid, counter }: PacketizeOptions,
  isFirst: boolean,
  flags: readonly number[],
  payload: Uint8Array,
): Uint8Array => {
  const packet = new Uint8Array(PACKET_BYTES).fill(0xff);
  const fieldBytes = PAYLOAD_BYTES - payload.length;
  packet.set([SYNC_BYTE, (isFirst ? 0x40 : 0) | (pid >> 8), pid & 0xff, (fieldBytes > 0 ? 0x30 : 0x10) | counter]);
  if (fieldBytes > 0) packet[HEADER_BYTES] = fieldBytes - 1;
  // an adaptation field of one byte is its length alone; longer ones have flags
  if (fieldBytes > 1) packet.set(flags.length > 0 ? flags : [0], HEADER_BYTES + 1);
  packet.set(payload, PACKET_BYTES - payload.length);
  return packet;
};

const join = (packets: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(packets.length * PACKET_BYTES);
  packets.forEach((packet, index) => joined.set(packet, index * PACKET_BYTES));
  return joined;
};
