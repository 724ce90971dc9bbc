import { concatBytes } from '../bytes.js';
import { parsePesHeader } from '../es/pes-header.js';
import { unwrapTicks } from '../es/timestamp.js';
import { PACKET_BYTES, NULL_PID, hasPayload, isScrambled, payloadOffset, pidOf, startsUnit } from '../packet/packet.js';
import { PacketReader } from '../packet/packet-reader.js';
import { ProgramReader } from '../psi/program-reader.js';
import type { TsStream } from '../psi/program.js';
import { isAudioCodec, isJudgedVideo, isPesKind } from '../psi/stream-kind.js';
import { judgeKeyframe } from './keyframe-head.js';

/** A PES as its first packets show it. */
export interface PesRecord {
  readonly stream: TsStream;
  /** True for the stream whose pictures set the clock. */
  readonly isClock: boolean;
  /** Of its first packet, from the start of the input. */
  readonly positionBytes: number;
  /** Unwrapped within a run; undefined: not read yet, or not stamped. */
  ptsTicks: number | undefined;
  dtsTicks: number | undefined;
  /** Whether decoding may start here; false until judged. Judged for the clock stream alone. */
  keyframe: boolean;
  /** PTS of the newest PES before this one in its stream that has one. */
  readonly earlierTicks: number | undefined;
  /** All that will be known is known. */
  isKnown: boolean;
}

/** So many bytes are looked through for the first slice of a picture. */
const MAX_HEAD_BYTES = 16 * 1024;

interface Reading {
  readonly record: PesRecord;
  head: Uint8Array[];
}

/**
 * Follows the PES of a program without putting them together: when each begins, its time, and whether a keyframe begins with
 * it. The clock stream is the first video stream of the PMT, or the first audio stream if there is none.
 */
export class PesTracker {
  readonly programs = new ProgramReader();
  clockStream: TsStream | undefined;
  private streams = new Map<number, TsStream>();
  private readonly records = new Map<number, PesRecord>();
  private readonly readings = new Map<number, Reading>();
  private referenceTicks: number | undefined;

  constructor(
    private readonly onKnown: (record: PesRecord) => void,
    programPackets?: Uint8Array,
  ) {
    if (programPackets === undefined) return;
    const reader = new PacketReader({ packet: (bytes, offset) => this.readProgram(bytes, offset), syncLost: () => {} });
    reader.push(programPackets);
    reader.flush();
  }

  /** Feeds a packet; returns the PES it belongs to, if it belongs to one. */
  packet(bytes: Uint8Array, offset: number, positionBytes: number): PesRecord | undefined {
    const pid = pidOf(bytes, offset);
    const stream = this.streams.get(pid);
    if (stream === undefined) {
      if (pid !== NULL_PID) this.readProgram(bytes, offset);
      return undefined;
    }
    if (hasPayload(bytes, offset) && !isScrambled(bytes, offset)) {
      if (startsUnit(bytes, offset)) this.begin(stream, positionBytes);
      const reading = this.readings.get(pid);
      if (reading !== undefined)
        this.read(reading, bytes.subarray(payloadOffset(bytes, offset), offset + PACKET_BYTES));
    }
    return this.records.get(pid);
  }

  /** Whether a PID's packets carry PES. */
  carriesPes(pid: number): boolean {
    return this.streams.has(pid);
  }

  /** A discontinuity: another clock, and no PES goes on. */
  startRun(): void {
    this.finish();
    this.records.clear();
    this.referenceTicks = undefined;
  }

  /** Nothing follows: what is not known will not be. */
  finish(): void {
    for (const reading of [...this.readings.values()]) this.close(reading);
  }

  private readProgram(bytes: Uint8Array, offset: number): void {
    const pid = pidOf(bytes, offset);
    if (!this.programs.owns(pid) || !this.programs.push(pid, bytes, offset)) return;
    const streams = this.programs.program?.streams ?? [];
    this.streams = new Map(streams.filter(({ kind }) => isPesKind(kind)).map((stream) => [stream.pid, stream]));
    this.clockStream =
      streams.find(({ kind }) => isJudgedVideo(kind)) ?? streams.find(({ kind }) => isAudioCodec(kind));
  }

  private begin(stream: TsStream, positionBytes: number): void {
    const before = this.readings.get(stream.pid);
    if (before !== undefined) this.close(before);
    const isClock = stream.pid === this.clockStream?.pid;
    const earlier = this.records.get(stream.pid);
    const record: PesRecord = {
      ...{ stream, isClock, positionBytes, ptsTicks: undefined, dtsTicks: undefined, keyframe: false, isKnown: false },
      earlierTicks: earlier?.ptsTicks ?? earlier?.earlierTicks,
    };
    this.records.set(stream.pid, record);
    this.readings.set(stream.pid, { record, head: [] });
  }

  private read(reading: Reading, payload: Uint8Array): void {
    // Copied: it may have to wait for the next chunk.
    reading.head.push(new Uint8Array(payload));
    const head = reading.head.length === 1 ? reading.head[0] : concatBytes(reading.head);
    const header = parsePesHeader(head, 0, head.length);
    if (header === 'short') return;
    if (header !== 'invalid') {
      const { record } = reading;
      if (record.ptsTicks === undefined && header.pts !== undefined && header.dts !== undefined) {
        record.dtsTicks = this.place(header.dts);
        record.ptsTicks = unwrapTicks(header.pts, record.dtsTicks);
      }
      if (record.isClock) {
        const verdict = judgeKeyframe(record.stream.kind, head.subarray(header.headerBytes));
        if (verdict === 'unknown' && head.length < MAX_HEAD_BYTES) return;
        record.keyframe = verdict === 'keyframe';
      }
    }
    this.close(reading);
  }

  private place(dts: number): number {
    const placed = this.referenceTicks === undefined ? dts : unwrapTicks(dts, this.referenceTicks);
    this.referenceTicks = placed;
    return placed;
  }

  private close({ record }: Reading): void {
    this.readings.delete(record.stream.pid);
    record.isKnown = true;
    this.onKnown(record);
  }
}
