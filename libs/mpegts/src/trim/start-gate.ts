import { syntaxOf } from '../audio/syntax-of.js';
import type { PesRecord } from '../probe/pes-tracker.js';
import type { Edge } from './audio-judge.js';
import type { QueuedPackets } from './packet-queue.js';

/** A keyframe that may turn out to be the last one at or before the cut. */
interface Candidate {
  readonly positionBytes: number;
  readonly ptsTicks: number;
  /** PAT and PMT as they stood there. */
  readonly programPackets: Uint8Array;
}

/** A PES that begins no earlier before the start may have audio frames behind it: stamps are at most 0.7 s apart (§2.7.4). */
const AUDIO_LEAD_TICKS = 90_000;

/**
 * Decides what lies before a cut at a keyframe. The cut's time may become known long after the keyframe has passed, so the
 * last candidates are remembered; at most two GOPs must be held for it:
 * when a keyframe has come and the cut lies in a later piece, the keyframe before it is at or before the cut.
 */
export class StartGate {
  private candidates: Candidate[] = [];
  private chosen: Candidate | undefined;
  private readonly startedPids = new Set<number>();
  private everyPidStarted = false;
  private newestDtsTicks = Number.NEGATIVE_INFINITY;
  /** No discontinuity has been met. */
  isInFirstRun = true;
  private othersTicks = Number.NEGATIVE_INFINITY;

  /** `othersAtCut`: other streams begin at the cut, not with the keyframe. */
  constructor(private readonly othersAtCut: boolean) {}

  /** PTS of the keyframe that the output starts with, once known. */
  get startTicks(): number | undefined {
    return this.chosen?.ptsTicks;
  }

  get programPackets(): Uint8Array {
    return this.chosen?.programPackets ?? new Uint8Array(0);
  }

  get isOpen(): boolean {
    return this.chosen !== undefined;
  }

  get hasCandidate(): boolean {
    return this.candidates.length > 0;
  }

  /**
   * Takes a known PES of the clock stream. `inTicks`: the cut, once known; `isLead`: the cut lies in a later piece.
   * Returns true when packets that are held may have become useless.
   */
  take(record: PesRecord, inTicks: number | undefined, isLead: boolean, programPackets: () => Uint8Array): boolean {
    if (record.dtsTicks === undefined || record.ptsTicks === undefined || this.isOpen) return false;
    this.newestDtsTicks = record.dtsTicks;
    if (record.keyframe) {
      const { positionBytes, ptsTicks } = record;
      this.candidates.push({ positionBytes, ptsTicks, programPackets: programPackets() });
      if (isLead) this.candidates = this.candidates.slice(-2);
    }
    if (inTicks !== undefined) this.decide(inTicks, false);
    return !this.isOpen && (record.keyframe || this.candidates.length === 0);
  }

  /** `isFinal`: no other keyframe will come. */
  decide(inTicks: number, isFinal: boolean): void {
    if (this.isOpen || this.candidates.length === 0) return;
    const atOrBefore = this.candidates.findLastIndex(({ ptsTicks }) => ptsTicks <= inTicks);
    if (atOrBefore > 0) this.candidates = this.candidates.slice(atOrBefore);
    // Later pictures are presented no earlier than they are decoded: none can be a keyframe at or before the cut.
    const certain = this.newestDtsTicks > inTicks || this.candidates.some(({ ptsTicks }) => ptsTicks > inTicks);
    if (!certain && !isFinal) return;
    this.chosen = this.candidates[0];
    this.othersTicks = Math.max(this.chosen.ptsTicks, this.othersAtCut ? inTicks : Number.NEGATIVE_INFINITY);
  }

  /** A discontinuity: a keyframe of another clock cannot be the one. Once open, every stream goes on. */
  startRun(): void {
    this.isInFirstRun = false;
    if (this.isOpen) this.everyPidStarted = true;
    this.candidates = [];
    this.newestDtsTicks = Number.NEGATIVE_INFINITY;
  }

  /** Whether queued packets may still be needed, while the cut is not decided. */
  mayPass({ positionBytes, record }: QueuedPackets): boolean {
    const [oldest] = this.candidates;
    if (record === undefined || record.isClock) return oldest !== undefined && positionBytes >= oldest.positionBytes;
    if (!record.isKnown) return true;
    const fromTicks = oldest?.ptsTicks ?? this.newestDtsTicks;
    if (syntaxOf(record.stream.kind) === undefined)
      return record.ptsTicks !== undefined && record.ptsTicks >= fromTicks;
    return (record.ptsTicks ?? record.earlierTicks ?? fromTicks) >= fromTicks - AUDIO_LEAD_TICKS;
  }

  /** Whether queued packets lie behind the cut: undefined while that is not known. Not for audio. */
  passes({ positionBytes, record }: QueuedPackets): boolean | undefined {
    const { chosen } = this;
    if (chosen === undefined) return undefined;
    if (record === undefined || record.isClock) return positionBytes >= chosen.positionBytes;
    const { pid } = record.stream;
    if (this.everyPidStarted || this.startedPids.has(pid)) return true;
    if (!record.isKnown) return undefined;
    const starts = record.ptsTicks !== undefined && record.ptsTicks >= this.othersTicks;
    if (starts) this.startedPids.add(pid);
    return starts;
  }

  /** Where the frames of an audio PES begin to belong to the output. */
  edgeOf({ isClock, positionBytes }: PesRecord): Edge {
    if (this.everyPidStarted) return 'none';
    if (this.chosen === undefined) return 'unknown';
    if (!isClock) return this.othersTicks;
    return positionBytes < this.chosen.positionBytes ? Infinity : this.chosen.ptsTicks;
  }
}
