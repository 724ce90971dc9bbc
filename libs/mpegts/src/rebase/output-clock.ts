import { hasPayload, PACKET_BYTES, payloadOffset, pidOf } from '../packet/packet.js';
import { isAudioCodec, isVideoCodec, type StreamKind } from '../psi/stream-kind.js';
import type { ClockRun } from './clock-runs.js';
import type { Clocked, PlacedPes } from './clocked.js';
import { adjustCue } from './cue-times.js';
import { isAudioId, isVideoId, PCR_OFFSET } from './packet-stamps.js';
import { writePcrBase, writeStamp } from './stamps.js';
import { StreamClock } from './stream-clock.js';

/** A run is not moved further than this for its PCR alone: it may be wrong. */
const MAX_PCR_LEAD_TICKS = 90_000;

/** The one clock of the output: writes times on it, and knows where on it the next run goes. */
export class OutputClock {
  private readonly streams = new Map<number, StreamClock>();
  private pcrTicks: number | undefined;

  /** `startTicks`: the PTS of the first picture; undefined: the first run keeps its clock. */
  constructor(private readonly startTicks: number | undefined) {}

  get hasBegun(): boolean {
    return this.streams.size > 0;
  }

  /** Those of these that go on without a pause: their next stamp is soon to come. */
  steadyOnes(pids: Iterable<number>): number[] {
    return [...pids].filter((pid) => this.streams.get(pid)?.isSteady === true);
  }

  /** The first run starts where it is told; a later one as early as no stream that goes on runs backwards. */
  join(run: ClockRun): void {
    run.offsetTicks = this.offsetOf(run);
    for (const stream of this.streams.values()) stream.startRun();
  }

  private offsetOf({ firsts, firstPcrTicks, videoPid }: ClockRun): number {
    const first = firsts.get(videoPid ?? -1) ?? [...firsts.values()][0];
    if (first === undefined) return 0;
    if (!this.hasBegun) return this.startTicks === undefined ? 0 : this.startTicks - first.ptsTicks;
    const offsets = [...firsts].flatMap(([pid, { ptsTicks, dtsTicks }]) => {
      const stream = this.streams.get(pid);
      if (stream === undefined) return [];
      return [stream.dueDtsTicks - dtsTicks, ...(pid === videoPid ? [stream.duePtsTicks - ptsTicks] : [])];
    });
    const latest = Math.max(...[...this.streams.values()].map(({ dueDtsTicks }) => dueDtsTicks));
    const offset = offsets.length > 0 ? Math.max(...offsets) : latest - first.dtsTicks;
    if (firstPcrTicks === undefined || this.pcrTicks === undefined) return offset;
    const afterPcr = this.pcrTicks + 1 - firstPcrTicks;
    return afterPcr - offset < MAX_PCR_LEAD_TICKS ? Math.max(offset, afterPcr) : offset;
  }

  /** Writes the times of the packet at `at`, whose runs have been joined. */
  write(bytes: Uint8Array, at: number, clocked: Clocked | undefined, kind: StreamKind | undefined): void {
    if (clocked?.pcr !== undefined) {
      const { run, ticks } = clocked.pcr;
      this.pcrTicks = ticks + (run.offsetTicks ?? 0);
      writePcrBase(bytes, at + PCR_OFFSET, this.pcrTicks);
    }
    if (clocked?.cue !== undefined) {
      const { run, from, to } = clocked.cue;
      adjustCue(bytes, { from: at + from, to: at + to }, run.offsetTicks ?? 0);
    }
    const pid = pidOf(bytes, at);
    if (clocked?.pes !== undefined) this.writePes(bytes, at, clocked.pes, this.streamOf(pid, clocked.pes, kind));
    else if (hasPayload(bytes, at)) this.streams.get(pid)?.data(bytes, payloadOffset(bytes, at), at + PACKET_BYTES);
  }

  private streamOf(pid: number, { places }: PlacedPes, kind: StreamKind | undefined): StreamClock {
    const stream = this.streams.get(pid) ?? new StreamClock();
    this.streams.set(pid, stream);
    stream.kind = kind;
    stream.isSteady = isVideoId(places.streamId) || isAudioId(places.streamId) || isSteadyKind(kind);
    return stream;
  }

  private writePes(bytes: Uint8Array, at: number, pes: PlacedPes, stream: StreamClock): void {
    const { places, run } = pes;
    const offsetTicks = run.offsetTicks ?? 0;
    writeStamp(bytes, at + places.ptsOffset, pes.ptsTicks + offsetTicks);
    if (places.dtsOffset !== undefined) writeStamp(bytes, at + places.dtsOffset, pes.dtsTicks + offsetTicks);
    stream.stamp(pes.ptsTicks + offsetTicks, pes.dtsTicks + offsetTicks);
    stream.data(bytes, at + places.dataOffset, at + PACKET_BYTES);
  }
}

const isSteadyKind = (kind: StreamKind | undefined): boolean =>
  kind !== undefined && (isAudioCodec(kind) || isVideoCodec(kind));
