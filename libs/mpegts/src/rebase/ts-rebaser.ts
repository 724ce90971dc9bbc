import { concatBytes, copyBytes } from '../bytes.js';
import { unwrapTicks } from '../es/timestamp.js';
import { hasPayload, hasPcr, NULL_PID, PACKET_BYTES, pidOf, startsUnit, SYNC_BYTE } from '../packet/packet.js';
import { ProgramReader } from '../psi/program-reader.js';
import type { StreamKind } from '../psi/stream-kind.js';
import { ChunkList } from '../trim/packet-queue.js';
import { ClockRuns } from './clock-runs.js';
import { type Clocked, isPending } from './clocked.js';
import { ContinuityCounters } from './continuity-counters.js';
import { spliceSection } from './cue-times.js';
import { OutputClock } from './output-clock.js';
import {
  clearDiscontinuity,
  dropPayload,
  isVideoId,
  PCR_OFFSET,
  type StampPlaces,
  stampPlaces,
} from './packet-stamps.js';
import { readPcrBase, readStamp } from './stamps.js';

/** A stream that ended before the discontinuity is not waited for longer than this (about 4 MB). */
const MAX_HELD_PACKETS = 20_000;

export interface TsRebaserOptions {
  /** The PTS that the first PES of the video gets, or of the audio if there is no video. Absent: the first run keeps its clock. */
  startTicks?: number;
}

interface HeldPacket {
  readonly bytes: Uint8Array;
  readonly clocked: Clocked | undefined;
}

/**
 * Rewrites PTS, DTS, PCR, the times of cues, and continuity counters, so that the clock goes on without a break over
 * discontinuities: a new run begins as early as no stream runs backwards. What is left of a unit that began before a
 * discontinuity is dropped: it would be glued to another one. Streaming; bytes in are whole packets in any chunks, bytes out are
 * copies. Holds only what comes before the first stamps of a run.
 */
export class TsRebaser {
  private readonly counters = new ContinuityCounters();
  private readonly programs = new ProgramReader();
  private kinds = new Map<number, StreamKind>();
  private readonly runs = new ClockRuns(() => this.endRun());
  private readonly clock: OutputClock;
  private readonly out = new ChunkList();
  private rest: Uint8Array = new Uint8Array(0);
  private held: HeldPacket[] = [];
  /** Streams of the run before that a new run waits for. */
  private awaitedPids: readonly number[] = [];
  /** Where units have begun since the discontinuity; undefined: before the first one nothing can be glued together. */
  private begunPids: Set<number> | undefined;

  constructor({ startTicks }: TsRebaserOptions = {}) {
    this.clock = new OutputClock(startTicks);
    if (startTicks === undefined) this.runs.current.offsetTicks = 0;
  }

  /** What is added to this run's clock, modulo 2^33; undefined until the first stamps of the run were seen. */
  get runOffsetTicks(): number | undefined {
    return this.runs.current.offsetTicks;
  }

  /** A discontinuity: what is pushed from now on has another clock. Returns what was still held. */
  startRun(): Uint8Array {
    this.endRun();
    this.runs.start();
    this.begunPids = new Set();
    return this.take();
  }

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.rest.length > 0 ? concatBytes([this.rest, chunk]) : copyBytes(chunk);
    const usable = bytes.length - (bytes.length % PACKET_BYTES);
    this.rest = copyBytes(bytes, usable);
    for (let at = 0; at < usable; at += PACKET_BYTES) this.packet(bytes, at);
    return this.take();
  }

  /** What is still held, when a run ends before all its streams have shown a stamp. */
  flush(): Uint8Array {
    this.settle();
    return this.take();
  }

  private take(): Uint8Array {
    const chunks = this.out.take();
    return chunks.length === 1 ? chunks[0] : concatBytes(chunks);
  }

  private packet(bytes: Uint8Array, at: number): void {
    const pid = pidOf(bytes, at);
    if (bytes[at] !== SYNC_BYTE || pid === NULL_PID) {
      this.pass(bytes, at, undefined);
      return;
    }
    if (this.isOrphan(pid, bytes, at)) {
      if (!hasPcr(bytes, at)) return;
      dropPayload(bytes, at);
    }
    this.readProgram(pid, bytes, at);
    this.counters.rewrite(bytes, at);
    clearDiscontinuity(bytes, at);
    this.pass(bytes, at, this.place(pid, bytes, at));
  }

  /** The rest of a unit that began before the discontinuity. */
  private isOrphan(pid: number, bytes: Uint8Array, at: number): boolean {
    if (this.begunPids === undefined || this.begunPids.has(pid) || !hasPayload(bytes, at)) return false;
    if (!startsUnit(bytes, at)) return true;
    this.begunPids.add(pid);
    return false;
  }

  private readProgram(pid: number, bytes: Uint8Array, at: number): void {
    if (!this.programs.owns(pid) || !this.programs.push(pid, bytes, at)) return;
    this.kinds = new Map(this.programs.program?.streams.map((stream) => [stream.pid, stream.kind]));
  }

  /** Which run's clock the times in a packet are on; undefined: there are none. */
  private place(pid: number, bytes: Uint8Array, at: number): Clocked | undefined {
    const pcr = hasPcr(bytes, at) ? this.placePcr(bytes, at) : undefined;
    const places = stampPlaces(bytes, at);
    const pes = places && this.placePes(pid, bytes, at, places);
    const section = this.kinds.get(pid) === 'scte35' ? spliceSection(bytes, at) : undefined;
    if (!pes && !pcr && !section) return undefined;
    const cue = section && { run: this.runs.current, from: section.from - at, to: section.to - at };
    return { ...(pes && { pes }), ...(pcr && { pcr }), ...(cue && { cue }) };
  }

  private placePes(pid: number, bytes: Uint8Array, at: number, places: StampPlaces): Clocked['pes'] {
    const { ptsOffset, dtsOffset = ptsOffset, streamId } = places;
    const { run, ticks: dtsTicks } = this.runs.place(readStamp(bytes, at + dtsOffset));
    const ptsTicks = unwrapTicks(readStamp(bytes, at + ptsOffset), dtsTicks);
    if (!run.firsts.has(pid)) run.firsts.set(pid, { ptsTicks, dtsTicks });
    if (isVideoId(streamId)) run.videoPid ??= pid;
    return { run, ptsTicks, dtsTicks, places };
  }

  private placePcr(bytes: Uint8Array, at: number): Clocked['pcr'] {
    const placed = this.runs.place(readPcrBase(bytes, at + PCR_OFFSET));
    placed.run.firstPcrTicks ??= placed.ticks;
    return placed;
  }

  /** Lets a packet go, or holds it until the offset of its run is known. */
  private pass(bytes: Uint8Array, at: number, clocked: Clocked | undefined): void {
    if (this.held.length === 0 && !isPending(clocked)) {
      this.write(bytes, at, clocked);
      this.out.add(bytes, at, at + PACKET_BYTES);
      return;
    }
    this.held.push({ bytes: copyBytes(bytes, at, at + PACKET_BYTES), clocked });
    if (this.isRunKnown() || this.held.length >= MAX_HELD_PACKETS) this.settle();
  }

  /** All streams that go on have shown where they do. */
  private isRunKnown(): boolean {
    const { firsts, videoPid } = this.runs.current;
    if (!this.clock.hasBegun) return videoPid !== undefined;
    return firsts.size > 0 && this.awaitedPids.every((pid) => firsts.has(pid));
  }

  /** Decides where the run begins and lets go what waited for it. */
  private settle(): void {
    const { held } = this;
    this.held = [];
    const late = new Set<number>();
    const pending: HeldPacket[] = [];
    for (const packet of held) {
      const { bytes, clocked } = packet;
      const isLate = isPending(clocked) || (clocked?.pes === undefined && late.has(pidOf(bytes, 0)));
      if (isLate && clocked?.pes !== undefined) late.add(pidOf(bytes, 0));
      // the others are of the run before, and show where it ends
      if (isLate) pending.push(packet);
      else this.write(bytes, 0, clocked);
    }
    if (this.runs.current.offsetTicks === undefined) this.clock.join(this.runs.current);
    for (const { bytes, clocked } of pending) this.write(bytes, 0, clocked);
    for (const { bytes } of held) this.out.add(bytes, 0, PACKET_BYTES);
  }

  private write(bytes: Uint8Array, at: number, clocked: Clocked | undefined): void {
    this.clock.write(bytes, at, clocked, this.kinds.get(pidOf(bytes, at)));
  }

  private endRun(): void {
    this.settle();
    const pids = this.clock.steadyOnes(this.runs.current.firsts.keys());
    if (pids.length > 0) this.awaitedPids = pids;
  }
}
