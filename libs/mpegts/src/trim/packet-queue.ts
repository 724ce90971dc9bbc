import { PACKET_BYTES } from '../packet/packet.js';
import type { PesRecord } from '../probe/pes-tracker.js';

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

  /** Drops what does not pass. */
  keepOnly(passes: (entry: QueuedPackets) => boolean): void {
    this.entries = this.entries.slice(this.headIndex).filter(passes);
    this.headIndex = 0;
  }

  /** Takes entries from the head while `judge` knows what to do with them; appends those to keep to `output`. */
  settle(judge: (entry: QueuedPackets) => boolean | undefined, output: ChunkList): void {
    while (this.headIndex < this.entries.length) {
      const entry = this.entries[this.headIndex];
      const keep = judge(entry);
      if (keep === undefined) break;
      if (keep) output.add(entry.bytes, entry.from, entry.to);
      this.headIndex++;
    }
    if (this.headIndex === this.entries.length || this.headIndex > 1024) {
      this.entries = this.entries.slice(this.headIndex);
      this.headIndex = 0;
    }
  }
}

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
