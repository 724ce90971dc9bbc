import {
  type DemuxedSample,
  type PictureFormat,
  SamplePool,
  type SampleSink,
  type StreamKind,
  type TrackConfig,
  TsDemuxer,
} from '@clipfleet/mpegts';
import type { MediaWindow } from '../arguments/window.js';

/** What of a window is shown, by the pictures' own times. */
export interface ShownPictures {
  frameCount: number;
  /** PTS of the first shown picture. */
  firstTicks: number;
  /** End of the last shown picture: where the next one starts, else one frame later. */
  endTicks: number;
}

/** Streams that are named and not demuxed here. */
const FOREIGN_VIDEO: readonly StreamKind[] = ['mpeg1video'];
const FOREIGN_AUDIO: readonly StreamKind[] = ['aac-latm', 'dts'];

/** Collects the PTS of the pictures of a local stream while it is written. 8 bytes a frame: 20 MB for a day. */
export class VideoTimes implements SampleSink {
  private readonly samplePool = new SamplePool();
  private readonly demuxer = new TsDemuxer({ sink: this, samplePool: this.samplePool });
  private ticks: number[] = [];
  private pid: number | undefined;
  private demuxedAudioCount = 0;
  /** Of the first video stream's first configuration. */
  picture: PictureFormat | undefined;
  /** Of the first video stream: its position in the program. */
  videoStreamIndex: number | undefined;
  /** DTS of the picture that was read last: what follows is not presented before it. */
  decodedTicks = -Infinity;
  /** Runs that the clock's jumps make of what should be one. */
  runCount = 0;

  /** Of the first video stream; undefined: it has no picture. */
  get videoPid(): number | undefined {
    return this.pid;
  }

  get hasVideo(): boolean {
    return this.pid !== undefined || this.hasAny(FOREIGN_VIDEO);
  }

  /** Audio that is known by its frames, or that the program names and only ffmpeg reads. */
  get hasAudio(): boolean {
    return this.demuxedAudioCount > 0 || this.hasAny(FOREIGN_AUDIO);
  }

  push(chunk: Uint8Array): void {
    this.demuxer.push(chunk);
  }

  finish(): void {
    this.demuxer.flush();
    this.ticks = [...new Float64Array(this.ticks).sort()];
  }

  config(config: TrackConfig): void {
    if (config.kind === 'audio') this.demuxedAudioCount += 1;
    else {
      this.picture ??= config.picture;
      this.videoStreamIndex ??= config.streamIndex;
    }
  }

  sample(sample: DemuxedSample): void {
    this.samplePool.giveBack([sample.data]); // only its times are wanted
    if (sample.kind !== 'video') return;
    this.pid ??= sample.pid;
    if (sample.pid !== this.pid) return;
    this.ticks.push(sample.ptsTicks);
    this.decodedTicks = sample.dtsTicks;
    this.runCount = Math.max(this.runCount, sample.runIndex + 1);
  }

  /** The picture that is on the screen at an instant: the last one that is not after it, else the first. After `finish`. */
  shownAt(instantTicks: number): number | undefined {
    return this.ticks.findLast((ticks) => ticks <= instantTicks) ?? this.ticks[0];
  }

  /** After `finish`; undefined: no picture is inside. */
  shownIn({ startTicks, endTicks }: MediaWindow): ShownPictures | undefined {
    const inside = this.ticks.filter((ticks) => ticks >= startTicks && ticks < endTicks);
    if (inside.length === 0) return undefined;
    const last = inside[inside.length - 1];
    const next = this.ticks.find((ticks) => ticks > last) ?? last + (last - (inside[inside.length - 2] ?? last));
    return { frameCount: inside.length, firstTicks: inside[0], endTicks: Math.max(last, next) };
  }

  private hasAny(kinds: readonly StreamKind[]): boolean {
    return this.demuxer.program?.streams.some(({ kind }) => kinds.includes(kind)) ?? false;
  }
}
