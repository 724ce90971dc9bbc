import type { EsFramer, SampleSink } from './es-framer.js';
import { createFramer } from './create-framer.js';
import { RunClock } from './run-clock.js';
import { EsStream } from '../es/es-stream.js';
import type { SamplePool } from '../es/sample-pool.js';
import { NULL_PID, pidOf } from '../packet/packet.js';
import type { PacketSink } from '../packet/packet-reader.js';
import { PacketReader } from '../packet/packet-reader.js';
import { ProgramReader } from '../psi/program-reader.js';
import type { TsProgram, TsStream } from '../psi/program.js';
import type { TsWarning } from '../warning-log.js';
import { WarningLog } from '../warning-log.js';

export interface TsDemuxerOptions {
  readonly sink: SampleSink;
  /** PAT and PMT packets, for a range that begins without (from `probeHead`). */
  readonly programPackets?: Uint8Array;
  /** Index of the first run; 0 by default. */
  readonly firstRunIndex?: number;
  /** Where the memory of samples comes from: whoever gives it back there has it used again. */
  readonly samplePool?: SamplePool;
  /** Only these PIDs; all that can be demuxed by default. */
  readonly pids?: readonly number[];
}

interface Track {
  readonly stream: TsStream;
  readonly es: EsStream;
  readonly framer: EsFramer;
  /** The segment of the tail in which it last had bytes for what is not complete. */
  fedIn?: number;
}

/** What a mark in the input means for the packets behind it. */
type Mark = 'segment' | 'run' | 'tail';

/**
 * MPEG-TS → samples, streaming, with constant memory: per PID the open PES and what of the one before is not a whole sample.
 * The samples depend on the bytes and the marks between them, never on how the bytes are chunked.
 *
 * A *range* is what one worker demuxes. A sample belongs to the range in which the PES that it commences in starts. So the
 * caller pushes its own segments, calls `endOwn()`, and pushes the bytes that follow (the tail) until `isComplete`.
 *
 * Chunks are read where they lie, and are the caller's again after `push`; samples are copies.
 */
export class TsDemuxer implements PacketSink {
  private readonly sink: SampleSink;
  private readonly samplePool: SamplePool | undefined;
  private readonly pids: ReadonlySet<number> | undefined;
  private readonly log = new WarningLog();
  private readonly reader = new PacketReader(this);
  private readonly programs = new ProgramReader((pid) => this.log.add('section-crc', this.packetPosition, pid));
  private readonly clock: RunClock;
  private readonly tracks = new Map<number, Track>();
  private readonly marks: { position: number; mark: Mark }[] = [];
  private packetPosition = 0;
  private own = true;
  private segmentCount = 0;

  constructor(options: TsDemuxerOptions) {
    this.sink = options.sink;
    this.samplePool = options.samplePool;
    this.pids = options.pids === undefined ? undefined : new Set(options.pids);
    this.clock = new RunClock(options.firstRunIndex ?? 0, (pid) => this.log.add('time-jump', this.packetPosition, pid));
    if (options.programPackets !== undefined) this.readProgram(options.programPackets);
  }

  get program(): TsProgram | undefined {
    return this.programs.program;
  }

  get warnings(): TsWarning[] {
    return this.log.list();
  }

  /** True when the tail has shown all it is needed for. */
  get isComplete(): boolean {
    if (this.own) return false;
    for (const { framer } of this.tracks.values()) if (!framer.ownComplete) return false;
    return true;
  }

  /**
   * In the tail: what commenced before it goes on to the end of what was pushed, so that `flush` would tear it. A stream that
   * had nothing in the tail's last segment has ended, though nothing says so before it goes on.
   */
  get isTorn(): boolean {
    const isOpen = ({ framer, fedIn }: Track): boolean => !framer.ownComplete && fedIn === this.segmentCount;
    return !this.own && [...this.tracks.values()].some(isOpen);
  }

  /** The next byte begins a segment. `newRun`: a discontinuity lies before it. */
  startSegment(options: { readonly newRun?: boolean } = {}): void {
    this.marks.push({ position: this.reader.pushedBytes, mark: options.newRun === true ? 'run' : 'segment' });
    this.reader.mark();
  }

  /** What follows is the tail: only what completes samples that commenced before. */
  endOwn(): void {
    this.marks.push({ position: this.reader.pushedBytes, mark: 'tail' });
  }

  push(chunk: Uint8Array): void {
    this.reader.push(chunk);
    for (const { es } of this.tracks.values()) es.letGo();
  }

  /** Nothing follows: delivers what can be complete. */
  flush(): void {
    this.reader.flush();
    this.passMarks(Number.POSITIVE_INFINITY);
    for (const { es, framer } of this.tracks.values()) {
      framer.drain(true);
      es.buffer.close();
    }
  }

  packet(bytes: Uint8Array, offset: number, positionBytes: number): void {
    if (this.marks.length > 0) this.passMarks(positionBytes);
    this.packetPosition = positionBytes;
    const pid = pidOf(bytes, offset);
    const track = this.tracks.get(pid);
    if (track !== undefined) this.elementary(track, bytes, offset, positionBytes);
    else if (pid !== NULL_PID && this.programs.owns(pid) && this.programs.push(pid, bytes, offset)) this.applyProgram();
  }

  syncLost(positionBytes: number): void {
    this.log.add('sync-lost', positionBytes);
  }

  private elementary(track: Track, bytes: Uint8Array, offset: number, positionBytes: number): void {
    const { es, framer } = track;
    if (!this.own && framer.ownComplete) return;
    const progress = es.packet(bytes, offset, positionBytes, this.own);
    if (!this.own && progress !== 'none') track.fedIn = this.segmentCount;
    // Within the tail every packet may be the last that is needed.
    if (progress === 'unit-ended' || (progress === 'data' && !this.own)) framer.drain(false);
  }

  private passMarks(positionBytes: number): void {
    while (this.marks.length > 0 && this.marks[0].position <= positionBytes) {
      const mark = this.marks.shift()?.mark;
      if (mark === 'tail') this.own = false;
      else this.newSegment(mark === 'run');
    }
  }

  private newSegment(newRun: boolean): void {
    this.segmentCount += 1;
    for (const { es, framer } of this.tracks.values()) {
      es.forgetContinuity();
      if (!newRun) continue;
      framer.drain(true);
      es.reset();
      framer.reset();
    }
    if (newRun) this.clock.startRun();
  }

  /** Reads given PAT and PMT packets as if they came first. */
  private readProgram(packets: Uint8Array): void {
    const reader = new PacketReader({
      packet: (bytes, offset) => {
        const pid = pidOf(bytes, offset);
        if (this.programs.owns(pid) && this.programs.push(pid, bytes, offset)) this.applyProgram();
      },
      syncLost: () => {},
    });
    reader.push(packets);
    reader.flush();
  }

  /** Streams that stay keep their state; one that changed its kind, or went, is delivered to its end. */
  private applyProgram(): void {
    const streams = this.programs.program?.streams ?? [];
    for (const [pid, { stream, framer }] of this.tracks) {
      if (streams.some((other) => other.pid === pid && other.kind === stream.kind)) continue;
      framer.drain(true);
      this.tracks.delete(pid);
    }
    for (const stream of streams) {
      if (this.tracks.has(stream.pid) || this.pids?.has(stream.pid) === false) continue;
      const es = new EsStream(stream.pid, this.clock, this.log, this.samplePool);
      const framer = createFramer(stream, es, this.sink);
      if (framer !== undefined) this.tracks.set(stream.pid, { stream, es, framer });
    }
  }
}
