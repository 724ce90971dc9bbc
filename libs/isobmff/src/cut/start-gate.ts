import { AudioPriming } from './audio-priming.js';
import { audioEndTicks, type CutPoint, type SelectedSample, type SelectionMode } from './select.js';

/** Without a video sample this far after in, the recording has no video. */
const AUDIO_ONLY_AFTER_TICKS = 180_000;
/** Audio kept before a keyframe that may become the start: more than two frames of any codec. */
const KEEP_AUDIO_TICKS = 45_000;

/**
 * Keeps back what is read before in, no more than since the last keyframe, until it is clear which keyframe is the last
 * one at or before in; then lets everything from it pass. Pictures that precede the keyframe in presentation although
 * they follow it in decoding (open GOP) need frames that are gone: they are left out.
 */
export class StartGate {
  private point: CutPoint | undefined;
  private buffer: SelectedSample[] = [];
  /** The video track that decides; others start with their own first keyframe. */
  private videoPid: number | undefined;
  private keyTicks: number | undefined;
  private priming: AudioPriming | undefined;
  private opened = false;
  private readonly startedVideo = new Set<number>();

  constructor(private readonly mode: SelectionMode) {}

  /** In. Until it is known everything is lead: read only for its last keyframe. */
  setPoint(point: CutPoint): void {
    this.point = point;
  }

  /** PTS of the keyframe the output starts with; undefined before the decision, or without video. */
  get startKeyTicks(): number | undefined {
    return this.opened ? this.keyTicks : undefined;
  }

  push(item: SelectedSample): SelectedSample[] {
    if (this.opened) return this.pass(item);
    if (this.point !== undefined && item.sample.runIndex < this.point.runIndex) return [];
    return item.sample.kind === 'video' ? this.pushVideo(item) : this.pushAudio(item);
  }

  /** The recording ends before it was clear. */
  finish(): SelectedSample[] {
    return this.opened || this.point === undefined ? [] : this.open();
  }

  private pushVideo(item: SelectedSample): SelectedSample[] {
    const { sample } = item;
    this.videoPid ??= sample.pid;
    if (sample.pid !== this.videoPid) return this.keep(item);
    if (this.point !== undefined && sample.runIndex > this.point.runIndex) return [...this.open(), ...this.pass(item)];
    const isCandidate = sample.keyframe && (this.point === undefined || sample.ptsTicks <= this.point.ticks);
    if (isCandidate) {
      this.keyTicks = sample.ptsTicks;
      this.dropBefore(sample.ptsTicks);
      return this.keep(item);
    }
    const passedIn = this.point !== undefined && (sample.dtsTicks > this.point.ticks || sample.keyframe);
    if (passedIn && (this.keyTicks !== undefined || sample.keyframe)) {
      // Nothing to start with at or before in: the first keyframe after it.
      this.keyTicks ??= sample.ptsTicks;
      return [...this.open(), ...this.pass(item)];
    }
    // Before the first keyframe nothing can be decoded.
    return this.keyTicks === undefined ? [] : this.keep(item);
  }

  private pushAudio(item: SelectedSample): SelectedSample[] {
    this.buffer.push(item);
    const isAudioOnly =
      this.point !== undefined &&
      this.videoPid === undefined &&
      item.sample.ptsTicks > this.point.ticks + AUDIO_ONLY_AFTER_TICKS;
    return isAudioOnly ? this.open() : [];
  }

  private keep(item: SelectedSample): SelectedSample[] {
    this.buffer.push(item);
    return [];
  }

  private dropBefore(keyTicks: number): void {
    this.buffer = this.buffer.filter(
      ({ sample }) => sample.kind === 'audio' && audioEndTicks(sample) > keyTicks - KEEP_AUDIO_TICKS,
    );
  }

  private open(): SelectedSample[] {
    const inTicks = this.point?.ticks ?? 0;
    const keyTicks = this.keyTicks ?? inTicks;
    this.priming = new AudioPriming(this.mode === 'exact' ? Math.max(inTicks, keyTicks) : keyTicks);
    this.opened = true;
    const { buffer } = this;
    this.buffer = [];
    return buffer.flatMap((item) => this.pass(item));
  }

  private pass(item: SelectedSample): SelectedSample[] {
    const { sample } = item;
    const inStartRun = sample.runIndex === this.point?.runIndex;
    if (sample.kind === 'audio') return inStartRun && this.priming !== undefined ? this.priming.push(item) : [item];
    if (inStartRun && this.keyTicks !== undefined && sample.ptsTicks < this.keyTicks) return [];
    if (!this.startedVideo.has(sample.pid) && !sample.keyframe) return [];
    this.startedVideo.add(sample.pid);
    return [item];
  }
}
