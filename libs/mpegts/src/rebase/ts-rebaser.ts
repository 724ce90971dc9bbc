import { readPcrBase, readStamp, wrapTicks, writePcrBase, writeStamp } from './stamps.js';

const PACKET_BYTES = 188;
const SYNC_BYTE = 0x47;
const NULL_PID = 0x1fff;
/** Until two frames of a run have been seen. */
const ASSUMED_FRAME_TICKS = 3000;
/** Stamps of one stream further apart are a hole, not its pace. */
const MAX_STEP_TICKS = 90_000;
/** A stream that ended before the discontinuity is not waited for longer than this (about 4 MB). */
const MAX_HELD_PACKETS = 20_000;

export interface TsRebaserOptions {
  /** The PTS that the first PES of the video gets, or of the audio if there is no video. */
  startTicks: number;
}

interface PesStamps {
  ptsOffset: number;
  dtsOffset?: number;
}

/** The last stamp of a stream and how far its stamps are apart. */
interface StreamClock {
  dtsTicks: number;
  stepTicks: number;
}

/**
 * Rewrites PTS, DTS, PCR and continuity counters so that the clock starts where it is told and goes on without a break over
 * discontinuities: a new run begins as early as no stream runs backwards. Streaming; bytes in are whole packets in any
 * chunks, bytes out are copies. Holds only what comes before the first stamps of a run.
 */
export class TsRebaser {
  private readonly counters = new Map<number, number>();
  private readonly clocks = new Map<number, StreamClock>();
  private rest: Uint8Array = new Uint8Array(0);
  private held: Uint8Array[] = [];
  private readonly heldDtsTicks = new Map<number, number>();
  private offsetTicks: number | undefined;
  /** The stream whose clock is followed. */
  private clockPid: number | undefined;

  constructor(private readonly options: TsRebaserOptions) {}

  /** What is added to this run's clock, modulo 2^33; undefined until the first stamps of the run were seen. */
  get runOffsetTicks(): number | undefined {
    return this.offsetTicks;
  }

  /** A discontinuity: what is pushed from now on has another clock. */
  startRun(): Uint8Array {
    const out = this.flush();
    this.clockPid = undefined;
    this.offsetTicks = undefined;
    return out;
  }

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.rest.length > 0 ? concat([this.rest, chunk]) : chunk.slice();
    const usable = bytes.length - (bytes.length % PACKET_BYTES);
    this.rest = bytes.slice(usable);
    const out: Uint8Array[] = [];
    for (let at = 0; at < usable; at += PACKET_BYTES) this.packet(bytes.subarray(at, at + PACKET_BYTES), out);
    return concat(out);
  }

  /** What is still held, when a run ends before all its streams have shown a stamp. */
  flush(): Uint8Array {
    this.offsetTicks ??= this.runOffset() ?? 0;
    const held = this.held;
    this.held = [];
    this.heldDtsTicks.clear();
    for (const packet of held) this.rewrite(packet, this.offsetTicks);
    return concat(held);
  }

  private packet(packet: Uint8Array, out: Uint8Array[]): void {
    if (this.offsetTicks !== undefined) {
      this.rewrite(packet, this.offsetTicks);
      out.push(packet);
      return;
    }
    this.held.push(packet);
    const stamps = pesStamps(packet);
    if (!stamps) return;
    const pid = pidOf(packet);
    if (isVideo(packet, stamps)) this.clockPid ??= pid;
    if (!this.heldDtsTicks.has(pid)) this.heldDtsTicks.set(pid, dtsOf(packet, stamps, this.clocks.size === 0));
    const complete =
      this.clockPid !== undefined && [...this.clocks.keys()].every((known) => this.heldDtsTicks.has(known));
    if (complete || this.held.length >= MAX_HELD_PACKETS) out.push(this.flush());
  }

  /** The first run starts where it is told; a later one where no stream that goes on runs backwards. */
  private runOffset(): number | undefined {
    const first = this.heldDtsTicks.get(this.clockPid ?? -1) ?? [...this.heldDtsTicks.values()][0];
    if (first === undefined) return undefined;
    if (this.clocks.size === 0) return this.options.startTicks - first;
    const offsets = [...this.heldDtsTicks].flatMap(([pid, dtsTicks]) => {
      const clock = this.clocks.get(pid);
      return clock ? [clock.dtsTicks + clock.stepTicks - dtsTicks] : [];
    });
    const latest = Math.max(...[...this.clocks.values()].map((clock) => clock.dtsTicks + clock.stepTicks));
    return offsets.length > 0 ? Math.max(...offsets) : latest - first;
  }

  private rewrite(packet: Uint8Array, offsetTicks: number): void {
    const pid = pidOf(packet);
    if (packet[0] !== SYNC_BYTE || pid === NULL_PID) return;
    const hasAdaptation = (packet[3] & 0x20) !== 0;
    const hasPayload = (packet[3] & 0x10) !== 0;
    const last = this.counters.get(pid);
    // §2.4.3.3: the counter counts packets with payload only
    const counter = last === undefined ? packet[3] & 0x0f : hasPayload ? (last + 1) & 0x0f : last;
    this.counters.set(pid, counter);
    packet[3] = (packet[3] & 0xf0) | counter;
    if (hasAdaptation && packet[4] > 0) {
      packet[5] &= 0x7f; // discontinuity_indicator: there is none any more
      if ((packet[5] & 0x10) !== 0) writePcrBase(packet, 6, readPcrBase(packet, 6) + offsetTicks);
    }
    const stamps = pesStamps(packet);
    if (stamps) this.rewritePes(packet, pid, stamps, offsetTicks);
  }

  private rewritePes(packet: Uint8Array, pid: number, stamps: PesStamps, offsetTicks: number): void {
    writeStamp(packet, stamps.ptsOffset, readStamp(packet, stamps.ptsOffset) + offsetTicks);
    if (stamps.dtsOffset !== undefined)
      writeStamp(packet, stamps.dtsOffset, readStamp(packet, stamps.dtsOffset) + offsetTicks);
    const dtsTicks = dtsOf(packet, stamps, false);
    const clock = this.clocks.get(pid);
    const step = clock ? wrapTicks(dtsTicks - clock.dtsTicks) : 0;
    const stepTicks = step > 0 && step < MAX_STEP_TICKS ? step : (clock?.stepTicks ?? ASSUMED_FRAME_TICKS);
    this.clocks.set(pid, { dtsTicks, stepTicks });
  }
}

/** A video stream by its stream_id (§2.4.3.7 Table 2-22: 1110 xxxx). */
const isVideo = (packet: Uint8Array, stamps: PesStamps): boolean => (packet[stamps.ptsOffset - 6] & 0xf0) === 0xe0;

const dtsOf = (packet: Uint8Array, stamps: PesStamps, presentation: boolean): number =>
  readStamp(packet, presentation ? stamps.ptsOffset : (stamps.dtsOffset ?? stamps.ptsOffset));

const pidOf = (packet: Uint8Array): number => ((packet[1] & 0x1f) << 8) | packet[2];

/** Where the stamps of a PES that starts in this packet lie; undefined when none starts or it has no PTS (§2.4.3.6). */
const pesStamps = (packet: Uint8Array): PesStamps | undefined => {
  const startsUnit = (packet[1] & 0x40) !== 0;
  if (!startsUnit || (packet[3] & 0x10) === 0) return undefined;
  const at = (packet[3] & 0x20) !== 0 ? 5 + packet[4] : 4;
  if (at + 14 > PACKET_BYTES || packet[at] !== 0 || packet[at + 1] !== 0 || packet[at + 2] !== 1) return undefined;
  if ((packet[at + 6] & 0xc0) !== 0x80 || (packet[at + 7] & 0x80) === 0) return undefined;
  const hasDts = (packet[at + 7] & 0x40) !== 0 && at + 19 <= PACKET_BYTES;
  return { ptsOffset: at + 9, dtsOffset: hasDts ? at + 14 : undefined };
};

const concat = (chunks: readonly Uint8Array[]): Uint8Array => {
  if (chunks.length === 1) return chunks[0];
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
};
