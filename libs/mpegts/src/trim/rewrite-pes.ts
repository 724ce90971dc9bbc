import { concatBytes, copyBytes } from '../bytes.js';
import { packetize, PCR_BYTES, pcrPacket } from '../mux/packetize.js';
import { continuityOf, hasPayload, hasPcr, isRandomAccess, PACKET_BYTES } from '../packet/packet.js';
import { PCR_OFFSET } from '../rebase/packet-stamps.js';
import { writeStamp } from '../rebase/stamps.js';
import type { PlacedPacket, QueuedPes } from './queued-audio.js';

/** What stays of a PES's payload, and the time of the first frame that commences in it. */
export interface PesCut {
  readonly fromBytes?: number;
  /** Its new PTS; absent: the one that it has. */
  readonly ptsTicks?: number;
  readonly toBytes?: number;
  /** Time of the first frame that is cut off there. */
  readonly endTicks?: number;
  /** No frame commences in what stays, so nothing has a time. */
  readonly isTimeless?: boolean;
}

/** Packets that lie elsewhere than the PES that they are of. */
export interface MovedPackets {
  readonly pid: number;
  readonly bytes: Uint8Array;
  readonly ptsTicks: number;
}

/** What comes in the places of a PES's packets. */
export interface Replacements {
  /** By the positions of packets; one that is not among them is left out. */
  readonly packets: ReadonlyMap<number, Uint8Array>;
  /** Its stream goes on: packets behind its payload that carry nothing but a clock reference stay. */
  readonly goesOn: boolean;
  /** Where it ends if it does not. */
  readonly endTicks: number | undefined;
  /** A new start, which does not belong where the frames lay that are cut off before it. */
  readonly moved: MovedPackets | undefined;
}

const PES_FIXED_BYTES = 9;
const STAMP_BYTES = 5;

/**
 * A PES without what is cut off. A new start counts up to what follows, and comes later than the PES did (in the last of its
 * packets if there are clock references among them); a new end lies in the first ones and counts on from what came before.
 * Program clock references stay in their places.
 */
export const rewritePes = (pes: QueuedPes, cut: PesCut): Replacements => {
  const head = cutHead(pes, cut);
  const payload = pes.payload.subarray(cut.fromBytes ?? 0, cut.toBytes);
  if (((pes.bytes[4] << 8) | pes.bytes[5]) !== 0) {
    // PES_packet_length counts what is behind it
    const length = head.length - 6 + payload.length;
    head.set([length >> 8, length & 0xff], 4);
  }
  const slots = pes.packets.filter(({ bytes, at }) => hasPayload(bytes, at));
  const [first, last] = [slots[0], slots[slots.length - 1]];
  const { pid } = pes.record.stream;
  const randomAccess = isRandomAccess(first.bytes, first.at);
  const isStart = cut.fromBytes !== undefined;
  const unit = packetize(concatBytes([head, payload]), { pid, counter: 0, randomAccess });
  const count = unit.length / PACKET_BYTES;
  const counter = isStart ? continuityOf(last.bytes, last.at) - count + 1 : continuityOf(first.bytes, first.at);
  for (let index = 0; index < count; index++) {
    const at = index * PACKET_BYTES + 3;
    unit[at] = (unit[at] & 0xf0) | ((counter + index) & 0x0f);
  }
  const result = { goesOn: cut.toBytes === undefined, endTicks: cut.endTicks };
  if (isStart && !pes.packets.some(({ bytes, at }) => hasPcr(bytes, at))) {
    return { ...result, packets: new Map(), moved: { pid, bytes: unit, ptsTicks: cut.ptsTicks! } };
  }
  const used = isStart ? slots.slice(-count) : slots.slice(0, count);
  return { ...result, packets: place(pes, unit, { counter, used: new Set(used) }), moved: undefined };
};

/** The PES header with the right time, or none. */
const cutHead = ({ bytes, header }: QueuedPes, { ptsTicks, isTimeless }: PesCut): Uint8Array => {
  const head = copyBytes(bytes, 0, header!.headerBytes);
  if (ptsTicks === undefined && isTimeless !== true) return head;
  const stampsBytes = header!.pts === undefined ? 0 : (head[7] & 0x40) !== 0 ? 2 * STAMP_BYTES : STAMP_BYTES;
  const stamp = new Uint8Array(isTimeless === true ? 0 : STAMP_BYTES);
  if (stamp.length > 0) {
    // '0010' before a PTS without DTS (ISO/IEC 13818-1 §2.4.3.7)
    stamp[0] = 0x20;
    writeStamp(stamp, 0, ptsTicks!);
  }
  const fixed = copyBytes(head, 0, PES_FIXED_BYTES);
  fixed[7] = (fixed[7] & 0x3f) | (stamp.length > 0 ? 0x80 : 0);
  fixed[8] += stamp.length - stampsBytes;
  return concatBytes([fixed, stamp, head.subarray(PES_FIXED_BYTES + stampsBytes)]);
};

const place = (
  pes: QueuedPes,
  unit: Uint8Array,
  { counter, used }: { counter: number; used: ReadonlySet<PlacedPacket> },
): ReadonlyMap<number, Uint8Array> => {
  const { pid } = pes.record.stream;
  const placed = new Map<number, Uint8Array>();
  let next = 0;
  const count = unit.length / PACKET_BYTES;
  // a new stamp may need a packet more than there are
  let extra = count - used.size;
  for (const packet of pes.packets) {
    const packets: Uint8Array[] = [];
    const { bytes, at, positionBytes } = packet;
    if (hasPcr(bytes, at)) {
      const pcr = bytes.subarray(at + PCR_OFFSET, at + PCR_OFFSET + PCR_BYTES);
      packets.push(pcrPacket(pid, counter + next - 1, pcr));
    }
    const takes = used.has(packet) ? 1 + extra : 0;
    if (takes > 0) extra = 0;
    for (let index = 0; index < takes; index++, next++) {
      packets.push(unit.subarray(next * PACKET_BYTES, (next + 1) * PACKET_BYTES));
    }
    if (packets.length > 0) placed.set(positionBytes, concatBytes(packets));
  }
  return placed;
};
