import { concatBytes, copyBytes } from '../bytes.js';
import {
  PACKET_BYTES,
  continuityOf,
  hasPayload,
  hasTransportError,
  isDiscontinuous,
  isScrambled,
  payloadOffset,
  startsUnit,
} from '../packet/packet.js';
import type { TsWarningCode, WarningLog } from '../warning-log.js';
import { EsBuffer } from './es-buffer.js';
import type { SamplePool } from './sample-pool.js';
import { MAX_PES_HEADER_BYTES, parsePesHeader } from './pes-header.js';

/** Where a PES begins in the elementary stream, and its time, already on the clock of its run. */
export interface PesMark {
  readonly position: number;
  readonly ptsTicks: number | undefined;
  readonly dtsTicks: number | undefined;
  readonly runIndex: number;
  /** False: the PES starts in the tail, so what commences in it belongs to the next range. */
  readonly own: boolean;
  /** Set by the first unit that commences in this PES: the time is that unit's (ISO/IEC 13818-1 §2.4.3.7). */
  used: boolean;
}

/** Puts times of the wire on the clock of a run. */
export interface EsClock {
  place(pid: number, pts: number, dts: number): { ptsTicks: number; dtsTicks: number; runIndex: number };
  currentRun(pid: number): number;
}

/** `unit-ended`: a PES is complete, or another one begins. `data`: more of the open one. */
export type EsProgress = 'none' | 'data' | 'unit-ended';

/** Packets of one PID → contiguous elementary stream with marks where PES begin. */
export class EsStream {
  readonly buffer: EsBuffer;
  private readonly marks: PesMark[] = [];
  private header: Uint8Array = new Uint8Array(0);
  private state: 'skip' | 'header' | 'payload' = 'skip';
  private headerOwn = true;
  /** Bytes of the open PES still to come; Infinity when its length is not told. */
  private wantedBytes = 0;
  private packetPosition = 0;
  private lastContinuity = -1;
  /** The last packet, where it lies. */
  private last: { bytes: Uint8Array; offset: number } | undefined;
  private readonly ownPacket = new Uint8Array(PACKET_BYTES);

  constructor(
    readonly pid: number,
    private readonly clock: EsClock,
    private readonly warnings: WarningLog,
    pool?: SamplePool,
  ) {
    this.buffer = new EsBuffer(pool);
  }

  /** Counts an oddity, at the packet that is being read. */
  warn(code: TsWarningCode): void {
    this.warnings.add(code, this.packetPosition, this.pid);
  }

  /** Nothing is kept and no PES is open. */
  get isIdle(): boolean {
    return this.state === 'skip' && this.buffer.startPosition === this.buffer.endPosition;
  }

  packet(bytes: Uint8Array, offset: number, positionBytes: number, own: boolean): EsProgress {
    this.packetPosition = positionBytes;
    if (!hasPayload(bytes, offset) || this.refuses(bytes, offset)) return 'none';
    const from = payloadOffset(bytes, offset);
    const to = offset + PACKET_BYTES;
    if (startsUnit(bytes, offset)) return this.startPes(bytes, from, to, own);
    if (this.state === 'skip' || from >= to) return 'none';
    if (this.state === 'header') return this.readHeader(bytes, from, to);
    return this.readPayload(bytes, from, to);
  }

  /** The PES in which the byte at `position` lies. Positions asked for must not decrease: marks before it are forgotten. */
  markAt(position: number): PesMark | undefined {
    while (this.marks.length > 1 && this.marks[1].position <= position) this.marks.shift();
    return this.marks[0];
  }

  /** The bytes that packets were read from are the caller's again. */
  letGo(): void {
    if (this.last === undefined || this.last.bytes === this.ownPacket) return;
    const { bytes, offset } = this.last;
    this.ownPacket.set(bytes.subarray(offset, offset + PACKET_BYTES));
    this.last = { bytes: this.ownPacket, offset: 0 };
  }

  /** A segment begins: its continuity counters may start anew. */
  forgetContinuity(): void {
    this.lastContinuity = -1;
    this.last = undefined;
  }

  /** A discontinuity: nothing that comes belongs to what came. */
  reset(): void {
    this.forgetContinuity();
    this.marks.length = 0;
    this.state = 'skip';
    this.buffer.discardTo(this.buffer.endPosition);
  }

  private startPes(bytes: Uint8Array, from: number, to: number, own: boolean): EsProgress {
    this.state = 'header';
    this.headerOwn = own;
    this.header = new Uint8Array(0);
    this.readHeader(bytes, from, to);
    return 'unit-ended';
  }

  private readHeader(bytes: Uint8Array, from: number, to: number): EsProgress {
    const whole = this.header.length === 0;
    const source = whole ? bytes : concatBytes([this.header, bytes.subarray(from, to)]);
    const start = whole ? from : 0;
    const end = whole ? to : source.length;
    const header = parsePesHeader(source, start, end);
    if (header === 'short' && end - start <= MAX_PES_HEADER_BYTES) {
      this.header = copyBytes(source, start, end);
      return 'none';
    }
    if (header === 'short' || header === 'invalid') {
      this.warn('pes-start-missing');
      this.state = 'skip';
      return 'none';
    }
    this.addMark(header.pts, header.dts);
    this.state = 'payload';
    this.wantedBytes = header.payloadBytes ?? Number.POSITIVE_INFINITY;
    return this.readPayload(source, start + header.headerBytes, end);
  }

  private addMark(pts: number | undefined, dts: number | undefined): void {
    const position = this.buffer.endPosition;
    const placed =
      pts !== undefined && dts !== undefined
        ? this.clock.place(this.pid, pts, dts)
        : { ptsTicks: undefined, dtsTicks: undefined, runIndex: this.clock.currentRun(this.pid) };
    this.marks.push({ position, ...placed, own: this.headerOwn, used: false });
  }

  private readPayload(bytes: Uint8Array, from: number, to: number): EsProgress {
    const size = Math.min(to - from, this.wantedBytes);
    if (size > 0) this.buffer.append(bytes, from, from + size);
    this.wantedBytes -= size;
    if (this.wantedBytes > 0) return 'data';
    this.state = 'skip';
    return 'unit-ended';
  }

  /** Counts what is wrong with the packet; true when it must not be used. */
  private refuses(bytes: Uint8Array, offset: number): boolean {
    if (isScrambled(bytes, offset)) {
      this.warn('scrambled');
      return true;
    }
    if (hasTransportError(bytes, offset)) this.warn('transport-error');
    const continuity = continuityOf(bytes, offset);
    const expected = (this.lastContinuity + 1) & 0x0f;
    if (this.lastContinuity >= 0 && continuity !== expected && !isDiscontinuous(bytes, offset)) {
      // ISO/IEC 13818-1 §2.4.3.3: a packet may be sent twice; the second one says nothing new.
      if (continuity === this.lastContinuity && this.repeatsLast(bytes, offset)) return true;
      this.warn('continuity-error');
    }
    this.lastContinuity = continuity;
    if (this.last === undefined) this.last = { bytes, offset };
    else {
      this.last.bytes = bytes;
      this.last.offset = offset;
    }
    return false;
  }

  private repeatsLast(bytes: Uint8Array, offset: number): boolean {
    if (this.last === undefined || startsUnit(bytes, offset) !== startsUnit(this.last.bytes, this.last.offset))
      return false;
    // The PCR may differ, the payload not.
    const from = payloadOffset(bytes, offset) - offset;
    for (let at = from; at < PACKET_BYTES; at++) {
      if (bytes[offset + at] !== this.last.bytes[this.last.offset + at]) return false;
    }
    return true;
  }
}
