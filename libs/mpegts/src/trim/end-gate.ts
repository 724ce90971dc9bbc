import type { PesRecord } from '../probe/pes-tracker.js';
import type { Edge } from './audio-judge.js';
import type { QueuedPackets } from './packet-queue.js';

/**
 * Decides what lies behind a cut in the last piece. Video ends, in decode order, behind the last picture that is presented
 * before the cut: a picture presented later stays if one that is decoded after it is presented before. Audio ends with its last
 * frame before the cut, other streams with their last PES.
 */
export class EndGate {
  private outTicks: number | undefined;
  private undecided: PesRecord[] = [];
  private readonly verdicts = new WeakMap<PesRecord, boolean>();
  private endPosition = Number.POSITIVE_INFINITY;

  /** `fromPositionBytes`: where the last piece begins; what starts before it passes. */
  constructor(private readonly fromPositionBytes: number) {}

  get clockEnded(): boolean {
    return this.endPosition < Number.POSITIVE_INFINITY;
  }

  resolve(outTicks: number): void {
    if (this.outTicks !== undefined) return;
    this.outTicks = outTicks;
    const waiting = this.undecided;
    this.undecided = [];
    for (const record of waiting) this.take(record);
  }

  /** Takes a known PES. */
  take(record: PesRecord): void {
    if (record.positionBytes < this.fromPositionBytes) this.verdicts.set(record, true);
    else if (record.isClock) this.takeClock(record);
    else if (this.outTicks === undefined) this.undecided.push(record);
    else this.takeOther(record, this.outTicks);
  }

  /** No more bytes: pictures that were waiting for one before the cut are behind it. */
  finish(): void {
    for (const record of this.undecided) this.verdicts.set(record, this.outTicks === undefined);
    this.undecided = [];
  }

  /** Not for audio. */
  passes({ positionBytes, record }: QueuedPackets): boolean | undefined {
    if (record === undefined) return positionBytes < this.endPosition;
    return record.positionBytes < this.fromPositionBytes ? true : this.verdicts.get(record);
  }

  /** Where the frames of an audio PES cease to belong to the output. */
  edgeOf({ positionBytes }: PesRecord): Edge {
    return positionBytes < this.fromPositionBytes ? 'none' : (this.outTicks ?? 'unknown');
  }

  private takeClock(record: PesRecord): void {
    const { ptsTicks, dtsTicks } = record;
    if (this.outTicks === undefined) {
      this.undecided.push(record);
    } else if (this.clockEnded) {
      this.verdicts.set(record, false);
    } else if (ptsTicks === undefined || dtsTicks === undefined) {
      // Without a time it goes with the picture before it.
      if (this.hasHeldClock) this.undecided.push(record);
      else this.verdicts.set(record, true);
    } else if (ptsTicks < this.outTicks) {
      this.settleClock(true);
      this.verdicts.set(record, true);
    } else if (dtsTicks < this.outTicks) {
      this.undecided.push(record);
    } else {
      this.endPosition = this.undecided.find(({ isClock }) => isClock)?.positionBytes ?? record.positionBytes;
      this.settleClock(false);
      this.verdicts.set(record, false);
    }
  }

  private get hasHeldClock(): boolean {
    return this.undecided.some(({ isClock }) => isClock);
  }

  private settleClock(verdict: boolean): void {
    for (const record of this.undecided) this.verdicts.set(record, verdict);
    this.undecided = [];
  }

  /** Without a time it goes with the one before it. */
  private takeOther(record: PesRecord, outTicks: number): void {
    this.verdicts.set(record, (record.ptsTicks ?? record.earlierTicks ?? -Infinity) < outTicks);
  }
}
