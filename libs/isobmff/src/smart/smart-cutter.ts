import { beginsAnew, mayBeginAnew, type VideoSample, withoutLeading } from '@clipfleet/mpegts';
import type { CutPoint, SelectedSample } from '../cut/select.js';
import { IsobmffError } from '../isobmff-error.js';
import { type EdgeJob, framesBetween, keptBefore } from './edge-job.js';

/** A sample that stays, or an edge to be encoded; `beside`: samples of other tracks from the same time. */
export type SmartStep =
  | { readonly kind: 'keep'; readonly item: SelectedSample }
  | { readonly kind: 'encode'; readonly job: EdgeJob; readonly beside: readonly SelectedSample[] };

export interface SmartCutterOptions {
  readonly start: boolean;
  readonly end: boolean;
  /** The longest head that is encoded while no picture comes that begins anew. */
  readonly maxHeadTicks: number;
}

interface HeldVideo extends SelectedSample {
  readonly sample: VideoSample;
}

/** The picture behind the head, and those that are stored behind it and shown before it. */
interface Join {
  readonly at: HeldVideo;
  readonly leading: HeldVideo[];
}

const keep = (item: SelectedSample): SmartStep => ({ kind: 'keep', item });
const isVideo = (item: SelectedSample): item is HeldVideo => item.sample.kind === 'video';

/**
 * Behind the cut selector: instead of hiding the pictures outside `[in, out)` that others need, has the few others encoded.
 *
 * Head: what is shown between in and the next picture that begins anew. Tail: what is shown before out and stored behind
 * the first picture after out. Everything between them stays. Holds the GOP of each edge.
 *
 * A HEVC keyframe begins anew when it is told to: the head reaches up to it, whatever it is, and the pictures that are
 * shown before it and refer to others before it (open GOP) are encoded with the head.
 */
export class SmartCutter {
  private start: CutPoint | undefined;
  private end: CutPoint | undefined;
  private inHead: boolean;
  /** The track that is cut; further video tracks keep their hidden pictures. */
  private videoPid: number | undefined;
  private held: SelectedSample[] = [];
  /** Pictures before the held ones that an open GOP may refer to. */
  private before: VideoSample[] = [];
  private joinTicks: number | undefined;
  private join: Join | undefined;

  constructor(private readonly options: SmartCutterOptions) {
    this.inHead = options.start;
  }

  setStart(point: CutPoint): void {
    this.start = point;
  }

  setEnd(point: CutPoint): void {
    this.end = point;
  }

  /** The head goes on beyond what was pushed: whether it may end there is for the caller to know. */
  get isHeadOpen(): boolean {
    return this.inHead;
  }

  push(item: SelectedSample): SmartStep[] {
    if (!isVideo(item) || item.sample.pid !== (this.videoPid ??= item.sample.pid)) return this.pass(item);
    if (this.inHead) return this.pushHead(item);
    this.demandClosed(item.sample);
    return this.options.end ? this.pushTail(item) : [keep(item)];
  }

  finish(): SmartStep[] {
    if (this.join !== undefined) return [...this.closeJoin(this.join), ...this.finish()];
    if (this.inHead) return this.endHead(true);
    const { held } = this;
    this.held = [];
    const videos = this.videosOf(held);
    const endTicks = this.endTicksOf(videos.at(-1)?.sample);
    const count = keptBefore(
      videos.map(({ sample }) => sample),
      endTicks,
    );
    if (count === videos.length) return held.map(keep);
    const from = held.indexOf(videos[count]);
    const samples = videos.map(({ sample }) => sample);
    const frames = framesBetween(samples.slice(count), -Infinity, endTicks);
    const rest = held.slice(from);
    return [
      ...held.slice(0, from).map(keep),
      this.encode('tail', videos[count], [...this.before, ...samples], frames, rest),
    ];
  }

  /** Other tracks wait with the pictures, so that all stay interleaved. */
  private pass(item: SelectedSample): SmartStep[] {
    if (this.inHead || this.options.end) {
      this.held.push(item);
      return [];
    }
    return [keep(item)];
  }

  private pushHead(item: HeldVideo): SmartStep[] {
    const { sample } = item;
    if (this.join !== undefined) return this.pushBehindJoin(item, this.join);
    const first = this.held.find(isVideo);
    // the start gate lets nothing pass before it knows in
    const isFirstShown = first === undefined && (this.start === undefined || sample.ptsTicks >= this.start.ticks);
    const continues = first === undefined || sample.runIndex === first.sample.runIndex;
    if ((isFirstShown || first !== undefined) && this.mayJoin(item)) {
      this.join = { at: item, leading: [] };
      return [];
    }
    if (isFirstShown) return this.leaveHead(item);
    if (first !== undefined) {
      if (!continues || beginsAnew(codecOf(item), sample.data))
        return [...this.endHead(false), ...this.leaveHead(item)];
      this.demandWithinLimit(sample.dtsTicks - first.sample.dtsTicks);
    }
    this.held.push(item);
    return [];
  }

  private demandWithinLimit(headTicks: number): void {
    if (headTicks <= this.options.maxHeadTicks) return;
    const seconds = this.options.maxHeadTicks / 90_000;
    throw new IsobmffError(
      'edge-not-encodable',
      `in the ${seconds} s after the cut no picture begins anew (open GOPs): the head cannot be encoded alone`,
    );
  }

  private mayJoin(item: HeldVideo): boolean {
    return mayBeginAnew(codecOf(item), item.sample.data) && item.sample.ptsTicks < this.endTicksOf(item.sample);
  }

  /** ITU-T H.265 §7.4.2.2: leading pictures come before all others that follow their keyframe. */
  private pushBehindJoin(item: HeldVideo, join: Join): SmartStep[] {
    const { sample } = join.at;
    const isLeading = item.sample.runIndex === sample.runIndex && item.sample.ptsTicks < sample.ptsTicks;
    if (!isLeading) return [...this.closeJoin(join), ...this.push(item)];
    join.leading.push(item);
    return [];
  }

  private closeJoin({ at, leading }: Join): SmartStep[] {
    this.join = undefined;
    const videos = this.videosOf(this.held);
    const before = videos.map(({ sample }) => sample);
    // nothing is shown before it
    if (before.length === 0) return this.leaveHead(leading.length === 0 ? at : asJoin(at, []));
    const continues = before[0].runIndex === at.sample.runIndex;
    const joined =
      continues && leading.length === 0 && beginsAnew(codecOf(at), at.sample.data) ? at : asJoin(at, leading);
    const samples = continues ? [...before, at.sample, ...leading.map(({ sample }) => sample)] : before;
    const endTicks = continues ? at.sample.ptsTicks : Infinity;
    const frames = framesBetween(samples, this.start?.ticks ?? -Infinity, endTicks);
    const { held } = this;
    this.held = [];
    this.inHead = false;
    return [this.encode('head', videos[0], samples, frames, held), ...this.leaveHead(joined)];
  }

  /** The first picture that stays. */
  private leaveHead(item: HeldVideo): SmartStep[] {
    const waiting = this.inHead ? this.held : [];
    this.inHead = false;
    if (waiting.length > 0) this.held = [];
    this.joinTicks = item.sample.ptsTicks;
    return [...waiting.map(keep), ...(this.options.end ? this.pushTail(item) : [keep(item)])];
  }

  private endHead(isLast: boolean): SmartStep[] {
    const { held } = this;
    this.held = [];
    this.inHead = false;
    const videos = this.videosOf(held);
    if (videos.length === 0) return held.map(keep);
    const samples = videos.map(({ sample }) => sample);
    const frames = framesBetween(samples, this.start?.ticks ?? -Infinity, this.endTicksOf(samples.at(-1)));
    // less than a frame is asked for: what is on the screen then stays hidden, and the file has something to decode
    if (frames.length === 0 && isLast) return held.map(keep);
    return [this.encode('head', videos[0], samples, frames, held)];
  }

  /** Pictures before the join are gone: a picture that is shown before it would be missing there, or out of order. */
  private demandClosed({ ptsTicks, keyframe }: VideoSample): void {
    if (this.joinTicks === undefined) return;
    if (ptsTicks < this.joinTicks) {
      throw new IsobmffError('edge-not-encodable', 'the GOP behind the encoded head has pictures before its first one');
    }
    if (keyframe) this.joinTicks = undefined;
  }

  private pushTail(item: HeldVideo): SmartStep[] {
    const { sample } = item;
    const videos = this.videosOf(this.held);
    const released: SmartStep[] = [];
    const allShown = videos.every((video) => video.sample.ptsTicks < this.endTicksOf(video.sample));
    if (sample.keyframe && videos.length > 0 && allShown) {
      released.push(...this.held.map(keep));
      this.before = beginsAnew(codecOf(item), sample.data) ? [] : videos.map((video) => video.sample);
      this.held = [];
    }
    this.held.push(item);
    return released;
  }

  private videosOf(items: readonly SelectedSample[]): HeldVideo[] {
    return items.filter(isVideo).filter(({ sample }) => sample.pid === this.videoPid);
  }

  private endTicksOf(sample: VideoSample | undefined): number {
    return this.end === undefined || sample?.runIndex !== this.end.runIndex ? Infinity : this.end.ticks;
  }

  private encode(
    edge: 'head' | 'tail',
    { config }: HeldVideo,
    samples: readonly VideoSample[],
    frames: EdgeJob['frames'],
    held: readonly SelectedSample[],
  ): SmartStep {
    if (config === undefined || config.kind !== 'video' || !samples[0].keyframe) {
      throw new IsobmffError(
        'edge-not-encodable',
        `the ${edge} begins inside a GOP: there is nothing to decode it from`,
      );
    }
    const beside = held.filter((item) => item.sample.pid !== this.videoPid);
    return { kind: 'encode', job: { edge, config, samples, frames }, beside };
  }
}

/** Its leading pictures are encoded before it: they take the decoding times up to the last of theirs, which it gets. */
const asJoin = ({ sample, config }: HeldVideo, leading: readonly HeldVideo[]): HeldVideo => {
  const { dtsTicks } = (leading.at(-1) ?? { sample }).sample;
  return { sample: { ...sample, dtsTicks, data: withoutLeading(sample.data) }, config };
};

const codecOf = ({ config }: SelectedSample): 'h264' | 'hevc' | 'mpeg2video' =>
  config?.kind === 'video' ? config.codec : 'mpeg2video';
