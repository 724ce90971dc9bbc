import {
  type DemuxedSample,
  isDemuxed,
  mediaOfKind,
  type PictureFormat,
  SamplePool,
  type SampleSink,
  type StreamMedia,
  type TrackConfig,
  TsDemuxer,
  type TsStream,
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

/** Collects the PTS of the pictures of a local stream while it is written. 8 bytes a frame: 20 MB for a day. */
export class VideoTimes implements SampleSink {
  private readonly samplePool = new SamplePool();
  private readonly demuxer = new TsDemuxer({ sink: this, samplePool: this.samplePool });
  private ticks: number[] = [];
  private pid: number | undefined;
  private readonly demuxedAudio = new Set<number>();
  /** Of the first video stream's first configuration. */
  picture: PictureFormat | undefined;
  /** There is AAC whose channels a program_config_element tells, and it does not begin with one: nobody can decode it. */
  lacksChannels = false;
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

  /** Pictures that are known, or that the program names and only ffmpeg reads. */
  get hasVideo(): boolean {
    return this.pid !== undefined || this.foreign('video').length > 0;
  }

  /** The same of sound. */
  get hasAudio(): boolean {
    return this.demuxedAudio.size > 0 || this.foreign('audio').length > 0;
  }

  /** Streams of which only ffmpeg can tell what they are: those that the program names otherwise than they are, too. */
  get unknownStreams(): readonly TsStream[] {
    return [...this.foreign('unknown'), ...this.streamsOf('audio').filter((stream) => this.isUnread(stream))];
  }

  /** How many streams are known to be seen or heard. */
  get knownStreamCount(): number {
    return [...this.streamsOf('video'), ...this.streamsOf('audio')].filter((stream) => !this.isUnread(stream)).length;
  }

  push(chunk: Uint8Array): void {
    this.demuxer.push(chunk);
  }

  finish(): void {
    this.demuxer.flush();
    this.ticks = [...new Float64Array(this.ticks).sort()];
  }

  config(config: TrackConfig): void {
    if (config.kind === 'audio') {
      this.demuxedAudio.add(config.pid);
      if (config.codec === 'aac' && config.channelsInFrames && config.channelCount === 0) this.lacksChannels = true;
    } else {
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

  /** Bytes were lost or cannot be read: a decoder may leave pictures out. */
  get isDamaged(): boolean {
    return this.demuxer.warnings.some(({ code }) => code !== 'time-jump');
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

  /** Sound that is none by our rules, or is not there. */
  private isUnread({ pid, kind }: TsStream): boolean {
    return mediaOfKind(kind) === 'audio' && isDemuxed(kind) && !this.demuxedAudio.has(pid);
  }

  private foreign(media: StreamMedia): readonly TsStream[] {
    return this.streamsOf(media).filter(({ kind }) => !isDemuxed(kind));
  }

  private streamsOf(media: StreamMedia): readonly TsStream[] {
    return this.demuxer.program?.streams.filter(({ kind }) => mediaOfKind(kind) === media) ?? [];
  }
}
