import { concatBytes, copyBytes } from '../bytes.js';
import { PACKET_BYTES, SYNC_BYTE } from './packet.js';

/** Gets every packet: `bytes[offset]` is its sync byte, `positionBytes` its distance from the start of the input. */
export interface PacketSink {
  packet(bytes: Uint8Array, offset: number, positionBytes: number): void;
  syncLost(positionBytes: number): void;
}

/** So many sync bytes at the right distance make a packet start believable. */
const SYNC_COUNT = 4;
const SEARCH_BYTES = PACKET_BYTES * (SYNC_COUNT - 1) + 1;
const NOTHING = new Uint8Array(0);

/**
 * Cuts chunks of any size into transport packets. Two states: *locked*, where a packet follows a packet, and *searching*,
 * where a packet start is looked for. What it finds depends on the bytes alone, never on how they are chunked.
 * Packets within a chunk are handed on where they lie; one that straddles chunks is put together in a buffer of its own.
 */
export class PacketReader {
  private carry: Uint8Array = NOTHING;
  /** Position of the first byte of `carry`, or of the next chunk if it is empty. */
  private position = 0;
  private locked = false;
  /** Where the present search began; undefined before the first packet: an input may begin anywhere. */
  private searchFrom: number | undefined;

  constructor(private readonly sink: PacketSink) {}

  /** Bytes pushed so far. */
  get pushedBytes(): number {
    return this.position + this.carry.length;
  }

  push(chunk: Uint8Array): void {
    if (this.carry.length === 0) {
      this.read(chunk, false);
      return;
    }
    const missing = PACKET_BYTES - this.carry.length;
    if (!this.locked || chunk.length < missing) {
      this.read(concatBytes([this.carry, chunk]), false);
      return;
    }
    const packet = concatBytes([this.carry, chunk.subarray(0, missing)]);
    if (packet[0] !== SYNC_BYTE) {
      this.read(concatBytes([this.carry, chunk]), false);
      return;
    }
    this.carry = NOTHING;
    this.sink.packet(packet, 0, this.position);
    this.position += PACKET_BYTES;
    this.read(chunk.subarray(missing), false);
  }

  /** A segment begins at the next byte: if the one before ended within a packet, it may have been truncated, so look again. */
  mark(): void {
    if (this.carry.length > 0) this.unlock(this.position);
  }

  /** No more bytes will come: packets that were waiting for confirmation are handed on, an incomplete one is dropped, and returned. */
  flush(): Uint8Array {
    this.read(this.carry, true);
    const rest = this.carry;
    this.position += rest.length;
    this.carry = NOTHING;
    return rest;
  }

  /** Reads packets from `bytes`, whose first byte lies at `this.position`; keeps what is left as the new carry. */
  private read(bytes: Uint8Array, final: boolean): void {
    const start = this.position;
    let offset = 0;
    for (;;) {
      if (!this.locked) offset = this.search(bytes, offset, final);
      if (!this.locked || offset + PACKET_BYTES > bytes.length) break;
      if (bytes[offset] === SYNC_BYTE) {
        this.sink.packet(bytes, offset, start + offset);
        offset += PACKET_BYTES;
      } else {
        this.unlock(start + offset);
      }
    }
    this.position = start + offset;
    this.carry = offset < bytes.length ? copyBytes(bytes, offset) : NOTHING;
  }

  /** The offset of the next believable packet start (then `locked`), or from where to go on when more bytes are there. */
  private search(bytes: Uint8Array, from: number, final: boolean): number {
    let offset = from;
    for (; offset < bytes.length; offset++) {
      if (bytes[offset] !== SYNC_BYTE) continue;
      const verdict = believable(bytes, offset, final);
      if (verdict === 'unknown') return offset;
      if (verdict === 'no') continue;
      this.lock(this.position + offset);
      return offset;
    }
    return offset;
  }

  private unlock(positionBytes: number): void {
    if (!this.locked) return;
    this.locked = false;
    this.searchFrom = positionBytes;
  }

  private lock(positionBytes: number): void {
    this.locked = true;
    if (this.searchFrom !== undefined && positionBytes > this.searchFrom) this.sink.syncLost(this.searchFrom);
  }
}

const believable = (bytes: Uint8Array, offset: number, final: boolean): 'yes' | 'no' | 'unknown' => {
  for (let next = offset + PACKET_BYTES; next < offset + SEARCH_BYTES; next += PACKET_BYTES) {
    if (next >= bytes.length) {
      if (!final) return 'unknown';
      return offset + PACKET_BYTES <= bytes.length ? 'yes' : 'no';
    }
    if (bytes[next] !== SYNC_BYTE) return 'no';
  }
  return 'yes';
};
