import { copyBytes } from '../bytes.js';
import {
  continuityOf,
  hasPayload,
  isDiscontinuous,
  PACKET_BYTES,
  payloadOffset,
  pidOf,
  startsUnit,
} from '../packet/packet.js';

interface Counter {
  /** Of the newest packet, as it came. */
  source: number;
  /** … and as it was written. */
  written: number;
  /** That packet, when a unit starts in it. */
  unitStart: Uint8Array | undefined;
}

/**
 * One row of continuity counters for packets that come from several (ISO/IEC 13818-1 §2.4.3.3). Where a unit starts, the counter
 * just goes on: segments that were muxed one by one begin there. Within a unit the steps of the source stay, so that what it lost
 * is not glued together: a decoder must see the loss. A packet that is sent twice stays so.
 */
export class ContinuityCounters {
  private readonly counters = new Map<number, Counter>();

  /** Rewrites the counter of the packet at `offset`. */
  rewrite(bytes: Uint8Array, offset: number): void {
    const pid = pidOf(bytes, offset);
    const source = continuityOf(bytes, offset);
    let counter = this.counters.get(pid);
    if (counter === undefined) {
      counter = { source, written: source, unitStart: undefined };
      this.counters.set(pid, counter);
    } else {
      counter.written = (counter.written + stepOf(counter, bytes, offset)) & 0x0f;
      counter.source = source;
    }
    counter.unitStart = startsUnit(bytes, offset) ? copyBytes(bytes, offset, offset + PACKET_BYTES) : undefined;
    bytes[offset + 3] = (bytes[offset + 3] & 0xf0) | counter.written;
  }
}

const stepOf = ({ source, unitStart }: Counter, bytes: Uint8Array, offset: number): number => {
  if (!hasPayload(bytes, offset)) return 0;
  const step = (continuityOf(bytes, offset) - source) & 0x0f;
  if (!startsUnit(bytes, offset)) return isDiscontinuous(bytes, offset) ? 1 : step;
  return step === 0 && unitStart !== undefined && hasSamePayload(unitStart, bytes, offset) ? 0 : 1;
};

/** The PCR of a packet that is sent twice may differ. */
const hasSamePayload = (packet: Uint8Array, bytes: Uint8Array, offset: number): boolean => {
  const from = payloadOffset(packet, 0);
  if (payloadOffset(bytes, offset) - offset !== from) return false;
  for (let at = from; at < PACKET_BYTES; at++) if (packet[at] !== bytes[offset + at]) return false;
  return true;
};
