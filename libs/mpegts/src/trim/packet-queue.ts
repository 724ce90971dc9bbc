import { hasPayload, PACKET_BYTES } from '../packet/packet.js';
import type { PesRecord } from '../probe/pes-tracker.js';
import type { Replacements } from './rewrite-pes.js';

/** Neighbouring packets of one PES (or of none) where they lie in a chunk. */
export interface QueuedPackets {
  readonly bytes: Uint8Array;
  readonly from: number;
  to: number;
  /** Of the first packet. */
  readonly positionBytes: number;
  /** Undefined: tables and other packets without PES. */
  readonly record: PesRecord | undefined;
}

/** What becomes of packets: they stay, they go, or others come in their places. */
export type Verdict = boolean | Replacements;

/** Packets in the order of the bytes, until it is known whether they belong to the output. */
export class PacketQueue {
  private entries: QueuedPackets[] = [];
  private headIndex = 0;

  push(bytes: Uint8Array, offset: number, positionBytes: number, record: PesRecord | undefined): void {
    const last = this.entries.at(-1);
    const joins =
      last !== undefined &&
      this.entries.length > this.headIndex &&
      last.bytes === bytes &&
      last.to === offset &&
      last.record === record;
    if (joins) last.to += PACKET_BYTES;
    else this.entries.push({ bytes, from: offset, to: offset + PACKET_BYTES, positionBytes, record });
  }

  /** What waits of a PID, up to a position. */
  *waiting(pid: number, toPositionBytes: number): Generator<QueuedPackets> {
    for (let index = this.headIndex; index < this.entries.length; index++) {
      const entry = this.entries[index];
      if (entry.positionBytes >= toPositionBytes) return;
      if (entry.record?.stream.pid !== pid) continue;
      yield { ...entry, to: Math.min(entry.to, entry.from + toPositionBytes - entry.positionBytes) };
    }
  }

  /** Drops what does not pass. */
  keepOnly(passes: (entry: QueuedPackets) => boolean): void {
    this.entries = this.entries.slice(this.headIndex).filter(passes);
    this.headIndex = 0;
  }

  /** Takes entries from the head while `judge` knows what to do with them; appends those to keep to `output`. */
  settle(judge: (entry: QueuedPackets) => Verdict | undefined, output: ChunkList): void {
    while (this.headIndex < this.entries.length) {
      const entry = this.entries[this.headIndex];
      const verdict = judge(entry);
      if (verdict === undefined) break;
      if (verdict === true) output.add(entry.bytes, entry.from, entry.to);
      else if (verdict !== false) addReplacements(entry, verdict, output);
      this.headIndex++;
    }
    if (this.headIndex === this.entries.length || this.headIndex > 1024) {
      this.entries = this.entries.slice(this.headIndex);
      this.headIndex = 0;
    }
  }
}

const addReplacements = (entry: QueuedPackets, { packets, goesOn }: Replacements, output: ChunkList): void => {
  for (let at = entry.from; at < entry.to; at += PACKET_BYTES) {
    const bytes = packets.get(entry.positionBytes + at - entry.from);
    if (bytes !== undefined) output.add(bytes, 0, bytes.length);
    else if (goesOn && !hasPayload(entry.bytes, at)) output.add(entry.bytes, at, at + PACKET_BYTES);
  }
};

/** Views of kept bytes; neighbours are joined, so that an untouched chunk comes out as one view. */
export class ChunkList {
  private bytes: Uint8Array | undefined;
  private from = 0;
  private to = 0;
  private chunks: Uint8Array[] = [];

  add(bytes: Uint8Array, from: number, to: number): void {
    if (this.bytes === bytes && this.to === from) {
      this.to = to;
      return;
    }
    this.close();
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /** All that was added since the last call. */
  take(): Uint8Array[] {
    this.close();
    const { chunks } = this;
    this.chunks = [];
    return chunks;
  }

  private close(): void {
    if (this.bytes !== undefined && this.to > this.from) this.chunks.push(this.bytes.subarray(this.from, this.to));
    this.bytes = undefined;
  }
}
