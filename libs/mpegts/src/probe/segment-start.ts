import type { TsProgram } from '../psi/program.js';
import { isJudgedVideo } from '../psi/stream-kind.js';
import { PacketReader } from '../packet/packet-reader.js';
import type { PesRecord } from './pes-tracker.js';
import { PesTracker } from './pes-tracker.js';

/**
 * Where a segment's presentation starts: the PTS of its first video PES when a keyframe begins with it, else the least PTS
 * among its first video PES; of its first audio PES if the program has no video. Pure bookkeeping: fed with the PES of one
 * segment in the order of the bytes.
 */
export class SegmentStartRule {
  /** In the unit of the records: unwrapped ticks. */
  startTicks: number | undefined;
  private leastTicks: number | undefined;
  private firstOtherTicks: number | undefined;

  /** Takes a known PES; returns true once the start is known. */
  take(record: PesRecord): boolean {
    const { ptsTicks, dtsTicks } = record;
    if (this.startTicks !== undefined) return true;
    if (ptsTicks === undefined || dtsTicks === undefined) return false;
    if (!record.isClock) {
      this.firstOtherTicks ??= ptsTicks;
      return false;
    }
    if (this.leastTicks === undefined && record.keyframe) this.startTicks = ptsTicks;
    // No later picture is presented before this one is decoded, so none can be below.
    else if (dtsTicks >= (this.leastTicks ?? ptsTicks)) this.startTicks = this.leastTicks ?? ptsTicks;
    else this.leastTicks = Math.min(this.leastTicks ?? ptsTicks, ptsTicks);
    return this.startTicks !== undefined;
  }

  /** The segment has ended: a video stream that is missing in it leaves the start to what else there is. */
  finish(): number | undefined {
    this.startTicks ??= this.leastTicks ?? this.firstOtherTicks;
    return this.startTicks;
  }
}

/** Finds the start of one segment from its bytes, in chunks of any size, reading as little as it takes. */
export class SegmentStartFinder {
  private readonly rule = new SegmentStartRule();
  private readonly tracker: PesTracker;
  private readonly reader: PacketReader;
  /** First PES of the first video and of the first audio stream that has one. */
  firstVideo: PesRecord | undefined;
  firstAudio: PesRecord | undefined;

  constructor(programPackets?: Uint8Array) {
    this.tracker = new PesTracker((record) => this.known(record), programPackets);
    this.reader = new PacketReader({
      packet: (bytes, offset, positionBytes) => this.tracker.packet(bytes, offset, positionBytes),
      syncLost: () => {},
    });
  }

  /** Ticks as on the wire, below 2^33 unless the clock wraps within the first frames; undefined: not known yet. */
  get startTicks(): number | undefined {
    return this.rule.startTicks;
  }

  get program(): TsProgram | undefined {
    return this.tracker.programs.program;
  }

  /** PAT and PMT packets of the program. */
  get programPackets(): Uint8Array {
    return this.tracker.programs.programPackets;
  }

  /** True once the start is known. */
  push(chunk: Uint8Array): boolean {
    this.reader.push(chunk);
    return this.startTicks !== undefined;
  }

  /** Hands on packets that were waiting for more, without ending the segment. */
  settle(): void {
    this.reader.flush();
  }

  /** The segment has no more bytes. */
  finish(): number | undefined {
    this.reader.flush();
    this.tracker.finish();
    return this.rule.finish();
  }

  private known(record: PesRecord): void {
    if (record.ptsTicks !== undefined) {
      if (isJudgedVideo(record.stream.kind)) this.firstVideo ??= record;
      else this.firstAudio ??= record;
    }
    this.rule.take(record);
  }
}
