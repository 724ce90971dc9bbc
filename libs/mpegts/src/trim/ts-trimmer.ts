import { syntaxOf } from '../audio/syntax-of.js';
import { concatBytes } from '../bytes.js';
import { MpegtsError } from '../mpegts-error.js';
import { PACKET_BYTES, pidOf } from '../packet/packet.js';
import type { PacketSink } from '../packet/packet-reader.js';
import { PacketReader } from '../packet/packet-reader.js';
import type { PesRecord } from '../probe/pes-tracker.js';
import { PesTracker } from '../probe/pes-tracker.js';
import { isAudioCodec, isJudgedVideo } from '../psi/stream-kind.js';
import { AudioJudge } from './audio-judge.js';
import type { TrimPoint } from './cut-point.js';
import { CutPoint } from './cut-point.js';
import { EndGate } from './end-gate.js';
import type { QueuedPackets, Verdict } from './packet-queue.js';
import { ChunkList, PacketQueue } from './packet-queue.js';
import { surveyPes } from './queued-audio.js';
import type { MovedPackets } from './rewrite-pes.js';
import { StartGate } from './start-gate.js';
import { TrimMeasure } from './trim-measure.js';

export interface TsTrimmerOptions {
  /** `keyframe`: cut where the points say. `segment`: let everything pass, only measure. */
  readonly mode: 'keyframe' | 'segment';
  /** Requested start; absent: this task has no start edge. */
  readonly trimStart?: TrimPoint;
  /** Requested end, in the last piece; absent: no end edge. */
  readonly trimEnd?: TrimPoint;
  /** Another part goes on where the bytes end, within a packet too: the beginning of that packet belongs to the output. */
  readonly goesOn?: boolean;
  /** Streams other than the video begin at the cut, not with the keyframe: the pictures between will go. */
  readonly othersAtCut?: boolean;
  /** PAT and PMT packets, for pieces that begin without. */
  readonly programPackets?: Uint8Array;
}

/** Where the output really starts and ends, against the requested cut: `MeasuredCut` of the contracts. */
export interface MeasuredTrim {
  startDeltaTicks?: number;
  endDeltaTicks?: number;
  /** Absent: no video. */
  videoFrameCount?: number;
}

/** An audio PES at an edge is waited for no longer than this: its stream may have ended. */
const MAX_WAIT_BYTES = 8 * 1024 * 1024;

/**
 * A new start of audio comes when video is decoded so much later. Where the time of the first picture lies far behind its decoding,
 * a reader that gets sound before the second picture (it must see the third one to know that one's end) finds its clock too early,
 * and goes back. Video is sent longer than this before it is decoded, so sound is in time.
 */
const MOVED_TICKS = 9_000;

/**
 * Cuts a transport stream at packets and audio frames, streaming. The caller announces each piece (`startPiece`), pushes its
 * bytes, and writes what comes back. Start: PAT and PMT, video from the last keyframe at or before the cut, audio from its first
 * frame at or after that keyframe, other streams from their first such PES. End: see `EndGate`. Packets are not changed, but
 * for those of an audio PES that an edge goes through: continuity counters go on as they were.
 * Holds at most two GOPs until the start is decided, and at an edge an audio PES.
 *
 * Chunks that come back are views of chunks that were pushed, or new.
 */
export class TsTrimmer implements PacketSink {
  private readonly reader = new PacketReader(this);
  private readonly tracker: PesTracker;
  private readonly queue = new PacketQueue();
  private readonly output = new ChunkList();
  private readonly measure = new TrimMeasure();
  private readonly audio = new AudioJudge();
  private readonly cutIn: CutPoint | undefined;
  private readonly cutOut: CutPoint | undefined;
  private startGate: StartGate | undefined;
  private endGate: EndGate | undefined;
  /** Where each piece begins. */
  private readonly pieces: { positionBytes: number; newRun: boolean }[] = [];
  private pieceIndex = -1;
  private headWritten = false;
  /** Pictures before it are not shown: leading pictures of the keyframe that the output starts with. */
  private shownFromTicks: number | undefined;
  private isDirty = false;
  /** Starts of audio that come when the video has got as far. */
  private moved: MovedPackets[] = [];
  private readPositionBytes = 0;
  /** What is not known about the PES in the queue will not be. */
  private isFinal = false;
  /** First bytes of an output that goes on where another part ended; undefined once they are written. */
  private head: Uint8Array | undefined;

  constructor(private readonly options: TsTrimmerOptions) {
    this.tracker = new PesTracker((record) => this.known(record), options.programPackets);
    this.cutIn = options.trimStart && new CutPoint(options.trimStart);
    this.cutOut = options.trimEnd && new CutPoint(options.trimEnd);
    if (options.mode === 'keyframe' && options.trimStart !== undefined)
      this.startGate = new StartGate(options.othersAtCut === true);
    else this.head = new Uint8Array(0);
  }

  /** The next byte begins a piece. `newRun`: a discontinuity lies before it. */
  startPiece(options: { readonly newRun?: boolean } = {}): void {
    this.pieces.push({ positionBytes: this.reader.pushedBytes, newRun: options.newRun === true });
    this.reader.mark();
  }

  /** `startPiece` behind a discontinuity, for who must know where it lies in the output: returns all that is left before it. */
  startRun(): Uint8Array[] {
    this.reader.flush();
    this.startPiece({ newRun: true });
    while (this.pieceIndex < this.pieces.length - 1) this.enterPiece();
    return this.output.take();
  }

  /** Feeds bytes of the piece; returns what is decided to be output. */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.head !== undefined && this.head.length < PACKET_BYTES) {
      this.head = concatBytes([this.head, chunk.subarray(0, PACKET_BYTES - this.head.length)]);
    }
    this.reader.push(chunk);
    return this.settle();
  }

  /** Nothing follows: decides the rest. */
  flush(): Uint8Array[] {
    const rest = this.reader.flush();
    this.tracker.finish();
    this.cutIn?.finish();
    this.cutOut?.finish();
    this.demandTimes();
    this.startGate?.decide(this.cutIn?.ticks ?? 0, true);
    if (this.startGate?.isOpen === false) {
      throw new MpegtsError('no-keyframe', 'no keyframe was found to start the output with');
    }
    if (this.cutOut?.ticks !== undefined) this.endGate?.resolve(this.cutOut.ticks);
    this.endGate?.finish();
    this.isFinal = true;
    this.settleQueue();
    if (this.options.goesOn === true) this.output.add(rest, 0, rest.length);
    return this.output.take();
  }

  /** True when the end was seen in every video and audio stream: the rest of the piece need not be read. */
  get isComplete(): boolean {
    const streams = this.tracker.programs.program?.streams ?? [];
    const audio = streams.filter(({ kind }) => isAudioCodec(kind));
    return this.endGate?.clockEnded === true && audio.every(({ pid }) => this.audio.hasEnded(pid));
  }

  /** Where the requested cuts lie on the stream's clock; complete after `flush`. */
  get cutTicks(): { readonly inTicks: number | undefined; readonly outTicks: number | undefined } {
    return { inTicks: this.cutIn?.ticks, outTicks: this.cutOut?.ticks };
  }

  /** The cut as it came out; complete after `flush`. */
  get measured(): MeasuredTrim {
    const inTicks = this.cutIn?.ticks;
    const outTicks = this.cutOut?.ticks;
    // Whole segments start where the piece of the cut starts.
    const startTicks =
      this.startGate === undefined && inTicks !== undefined
        ? inTicks - (this.options.trimStart?.offsetTicks ?? 0)
        : this.startGate?.startTicks;
    const { endTicks } = this.measure;
    const hasVideo = this.tracker.clockStream !== undefined && isJudgedVideo(this.tracker.clockStream.kind);
    return {
      ...(isTime(inTicks) && isTime(startTicks) && { startDeltaTicks: startTicks - inTicks }),
      ...(isTime(outTicks) && isTime(endTicks) && { endDeltaTicks: endTicks - outTicks }),
      ...(hasVideo && { videoFrameCount: this.measure.frameCount }),
    };
  }

  packet(bytes: Uint8Array, offset: number, positionBytes: number): void {
    if (this.head !== undefined) this.writeHead(positionBytes);
    while (this.pieces[this.pieceIndex + 1]?.positionBytes <= positionBytes) this.enterPiece();
    const record = this.tracker.packet(bytes, offset, positionBytes);
    this.readPositionBytes = positionBytes;
    if (record === undefined && this.isOrphan(bytes, offset)) return;
    this.queue.push(bytes, offset, positionBytes, record);
    if (!this.isDirty) return;
    this.isDirty = false;
    const { startGate } = this;
    if (startGate !== undefined && !startGate.isOpen) this.queue.keepOnly((entry) => startGate.mayPass(entry));
  }

  syncLost(): void {}

  /** The rest of a PES that has begun before the bytes that are cut. Behind a discontinuity all stays. */
  private isOrphan(bytes: Uint8Array, offset: number): boolean {
    return this.startGate?.isInFirstRun === true && this.tracker.carriesPes(pidOf(bytes, offset));
  }

  /** Recordings may be split inside a packet: then the rest of it completes the end of the part before. */
  private writeHead(firstPacketBytes: number): void {
    if (this.head !== undefined && firstPacketBytes < PACKET_BYTES) this.output.add(this.head, 0, firstPacketBytes);
    this.head = undefined;
  }

  private enterPiece(): void {
    const { positionBytes, newRun } = this.pieces[++this.pieceIndex];
    if (newRun) this.enterRun();
    const endsHere = this.options.mode === 'keyframe' && this.pieceIndex === this.cutOut?.point.pieceIndex;
    if (endsHere) this.endGate = new EndGate(positionBytes);
  }

  private enterRun(): void {
    this.tracker.startRun();
    const { cutIn, startGate } = this;
    if (cutIn !== undefined && startGate?.isOpen === false && this.pieceIndex > cutIn.point.pieceIndex) {
      cutIn.finish();
      if (cutIn.ticks !== undefined) startGate.decide(cutIn.ticks, true);
      if (!startGate.isOpen) cutIn.leaveBehind();
    }
    // What is decided to be output must not be judged by the gate's state in the next run.
    this.isFinal = true;
    this.settleQueue();
    this.isFinal = false;
    this.measure.startRun();
    if (startGate?.isOpen === true) this.shownFromTicks = undefined;
    startGate?.startRun();
    if (startGate?.isOpen === false) this.queue.keepOnly(() => false);
  }

  private known(record: PesRecord): void {
    const pieceIndex = this.pieceOf(record.positionBytes);
    this.cutIn?.take(record, pieceIndex);
    this.cutOut?.take(record, pieceIndex);
    if (this.cutOut?.ticks !== undefined) this.endGate?.resolve(this.cutOut.ticks);
    this.endGate?.take(record);
    if (!record.isClock) return;
    this.measure.seen(record);
    const isLead = this.cutIn !== undefined && pieceIndex < this.cutIn.point.pieceIndex;
    const packets = (): Uint8Array => this.tracker.programs.programPackets;
    if (this.startGate?.take(record, this.cutIn?.ticks, isLead, packets) === true) this.isDirty = true;
  }

  private pieceOf(positionBytes: number): number {
    let index = this.pieceIndex;
    while (index > 0 && this.pieces[index].positionBytes > positionBytes) index--;
    return index;
  }

  private settle(): Uint8Array[] {
    this.settleQueue();
    return this.output.take();
  }

  private settleQueue(): void {
    if (this.startGate?.isOpen === false) return;
    if (this.startGate !== undefined && !this.headWritten) {
      const { programPackets } = this.startGate;
      this.output.add(programPackets, 0, programPackets.length);
      this.headWritten = true;
      this.shownFromTicks = this.startGate.startTicks;
    }
    this.queue.settle((entry) => this.judge(entry), this.output);
    if (this.isFinal) this.bringMoved(() => true);
  }

  /** Before the first picture that is decoded late enough, and before what else comes of their stream. */
  private bringMoved(isDue: (moved: MovedPackets) => boolean): void {
    for (const { bytes } of this.moved.filter(isDue)) this.output.add(bytes, 0, bytes.length);
    this.moved = this.moved.filter((moved) => !isDue(moved));
  }

  private judge(entry: QueuedPackets): Verdict | undefined {
    const { record } = entry;
    if (record?.isClock === true && !record.isKnown) return undefined;
    const isAudio = record !== undefined && syntaxOf(record.stream.kind) !== undefined;
    const verdict = isAudio ? this.judgeAudio(record) : this.judgePes(entry);
    if (record !== undefined && verdict !== undefined && entry.positionBytes === record.positionBytes) {
      const { dtsTicks = -Infinity, isClock, stream } = record;
      this.bringMoved(({ pid, ptsTicks }) => pid === stream.pid || (isClock && dtsTicks >= ptsTicks + MOVED_TICKS));
      if (typeof verdict === 'object' && verdict.moved !== undefined) this.moved.push(verdict.moved);
    }
    if (record?.isClock === true && verdict && entry.positionBytes === record.positionBytes) {
      this.measure.kept(record, this.shownFromTicks, verdict === true ? undefined : verdict.endTicks);
    }
    return verdict;
  }

  private judgePes(entry: QueuedPackets): boolean | undefined {
    const start = this.startGate === undefined ? true : this.startGate.passes(entry);
    if (start === false) return false;
    const end = this.endGate === undefined ? true : this.endGate.passes(entry);
    return end === false ? false : start && end;
  }

  private judgeAudio(record: PesRecord): Verdict | undefined {
    const { startGate, endGate, queue } = this;
    const edges = { start: startGate?.edgeOf(record) ?? 'none', end: endGate?.edgeOf(record) ?? 'none' };
    return this.audio.judge(record, edges, (dueTicks) => {
      const { kind, pid } = record.stream;
      const toPositionBytes = record.positionBytes + MAX_WAIT_BYTES;
      const isFinal = this.isFinal || this.readPositionBytes >= toPositionBytes;
      return surveyPes(queue.waiting(pid, toPositionBytes), { syntax: syntaxOf(kind)!, dueTicks, isFinal });
    });
  }

  private demandTimes(): void {
    for (const cut of [this.cutIn, this.cutOut]) {
      if (cut !== undefined && cut.ticks === undefined) {
        const { pieceIndex } = cut.point;
        throw new MpegtsError('no-clock', 'the piece of a cut has no time stamps', { pieceIndex });
      }
    }
  }
}

const isTime = (ticks: number | undefined): ticks is number => ticks !== undefined && Number.isFinite(ticks);
