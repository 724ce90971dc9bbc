import type { EsFramer, SampleSink } from '../demux/es-framer.js';
import type { EsStream, PesMark } from '../es/es-stream.js';
import type { TsStream } from '../psi/program.js';
import type { AudioSample } from '../sample.js';
import type { AudioCodecConfig, AudioFrameHeader, AudioSyntax } from './audio-syntax.js';
import { AudioTimes, toTicks } from './audio-times.js';

/** Frames that came before the first stamp: PTS are at most 0.7 s apart (ISO/IEC 13818-1 §2.7.4). */
const MAX_UNTIMED_FRAMES = 256;

/** Among so many bytes there are two frames of any codec. */
export const MIN_UNREADABLE_BYTES = 16 * 1024;

/** A frame that is complete, but whose dependent frames may not be. */
interface OpenFrame {
  readonly position: number;
  readonly header: AudioFrameHeader;
  end: number;
}

/**
 * Audio elementary stream → frames. A frame may straddle PES and segments. In sync, a frame follows a frame; out of sync
 * (at the start, or when that fails), a header is believed only with a second one of the same sort behind its frame.
 */
export class AudioFramer implements EsFramer {
  private position = 0;
  private signature: number | undefined;
  private configBits: number | undefined;
  private configKey = '';
  private open: OpenFrame | undefined;
  private untimed: { sample: AudioSample; config: AudioCodecConfig | undefined }[] = [];
  private readonly times = new AudioTimes();
  private done = false;
  /** Where the run began; undefined once it had a frame. */
  private unreadFrom: number | undefined = 0;

  constructor(
    private readonly stream: TsStream,
    private readonly es: EsStream,
    private readonly syntax: AudioSyntax,
    private readonly sink: SampleSink,
  ) {}

  get ownComplete(): boolean {
    return this.done || (this.open === undefined && this.es.isIdle);
  }

  drain(final: boolean): void {
    while (!this.done && this.step(final));
    if (final) this.finish();
    this.es.buffer.discardTo(this.open?.position ?? this.position);
  }

  reset(): void {
    this.position = this.es.buffer.endPosition;
    this.signature = undefined;
    this.configBits = undefined;
    this.configKey = '';
    this.open = undefined;
    this.untimed = [];
    this.times.reset();
    this.done = false;
    this.unreadFrom = this.position;
  }

  /** Reads one frame, or moves on by what is no frame; false when more bytes are needed. */
  private step(final: boolean): boolean {
    const { buffer } = this.es;
    if (this.position + this.syntax.headerBytes > buffer.endPosition) return false;
    const header = this.syntax.parse(buffer.bytes, this.position - buffer.base);
    const end = this.position + (header?.frameBytes ?? 0);
    if (header === undefined || (header.signature !== this.signature && this.refuted(header, final))) {
      this.skip();
      return true;
    }
    if (header.signature !== this.signature && !this.confirmed(header, final)) return false;
    if (!header.dependent) this.closeFrame();
    if (this.reachesTail(header.dependent) || end > buffer.endPosition) return false;
    this.signature = header.signature;
    this.unreadFrom = undefined;
    if (header.dependent && this.open !== undefined) this.open.end = end;
    else if (!header.dependent) this.open = { position: this.position, header, end };
    this.position = end;
    if (!this.syntax.hasDependents) this.closeFrame();
    return true;
  }

  /** Whether a second header of the same sort follows the frame; at the very end, the frame's end is as good. */
  private confirmed(header: AudioFrameHeader, final: boolean): boolean {
    const { buffer } = this.es;
    const next = this.position + header.frameBytes;
    if (next + this.syntax.headerBytes > buffer.endPosition) return final && next === buffer.endPosition;
    return this.syntax.parse(buffer.bytes, next - buffer.base)?.signature === header.signature;
  }

  /** True when it is certain that no frame begins here. */
  private refuted(header: AudioFrameHeader, final: boolean): boolean {
    const known = this.position + header.frameBytes + this.syntax.headerBytes <= this.es.buffer.endPosition;
    return (known || final) && !this.confirmed(header, final);
  }

  /** To the next byte that may begin a frame. */
  private skip(): void {
    this.closeFrame();
    if (this.reachesTail(false)) return;
    if (this.signature !== undefined) this.es.warn('audio-resync');
    this.signature = undefined;
    this.position = this.es.buffer.findByte(this.syntax.syncByte, this.position + 1);
  }

  private closeFrame(): void {
    const frame = this.open;
    this.open = undefined;
    if (frame !== undefined) this.deliver(frame, this.es.markAt(frame.position));
  }

  /** What commences in the tail is the next range's. A dependent frame goes with the one before it. */
  private reachesTail(dependent: boolean): boolean {
    if (!dependent && this.es.markAt(this.position)?.own === false) this.done = true;
    return this.done;
  }

  private deliver(frame: OpenFrame, mark: PesMark | undefined): void {
    const { header } = frame;
    const { pid } = this.stream;
    const stamped = mark !== undefined && !mark.used && mark.ptsTicks !== undefined;
    if (stamped && mark.ptsTicks !== undefined) {
      mark.used = true;
      this.deliverUntimed(mark.ptsTicks, mark.runIndex);
      this.times.stamp(mark.ptsTicks);
    }
    const ticks = this.times.nextTicks;
    this.times.advance(header.sampleCount, header.sampleRateHz);
    const sample: AudioSample = {
      kind: 'audio',
      pid,
      ptsTicks: ticks ?? 0,
      dtsTicks: ticks ?? 0,
      keyframe: true,
      stamped,
      runIndex: mark?.runIndex ?? 0,
      sampleCount: header.sampleCount,
      sampleRateHz: header.sampleRateHz,
      data: this.es.buffer.copy(frame.position + header.strippedBytes, frame.end),
    };
    const config = this.changedConfig(frame.position);
    if (ticks !== undefined) this.send(sample, config);
    else if (this.untimed.length < MAX_UNTIMED_FRAMES) this.untimed.push({ sample, config });
    else this.es.warn('time-missing');
  }

  /** Frames before the first stamp get their time counted back from it. */
  private deliverUntimed(stampTicks: number, runIndex: number): void {
    const frames = this.untimed;
    this.untimed = [];
    let left = frames.reduce((sum, { sample }) => sum + sample.sampleCount, 0);
    for (const { sample, config } of frames) {
      const ticks = stampTicks - toTicks(left, sample.sampleRateHz);
      left -= sample.sampleCount;
      this.send({ ...sample, ptsTicks: ticks, dtsTicks: ticks, runIndex }, config);
    }
  }

  private send(sample: AudioSample, config: AudioCodecConfig | undefined): void {
    if (config !== undefined) {
      const { pid, streamIndex, language } = this.stream;
      const of = { pid, streamIndex, runIndex: sample.runIndex, ...(language !== undefined && { language }) };
      this.sink.config({ ...config, ...of });
    }
    this.sink.sample(sample);
  }

  private changedConfig(position: number): AudioCodecConfig | undefined {
    const { buffer } = this.es;
    const bits = this.syntax.configBits(buffer.bytes, position - buffer.base);
    if (bits === this.configBits) return undefined;
    this.configBits = bits;
    const config = this.syntax.config(buffer.bytes, position - buffer.base);
    if (config === undefined) return undefined;
    const key = configKey(config);
    if (key === this.configKey) return undefined;
    this.configKey = key;
    return config;
  }

  private finish(): void {
    if (!this.done) this.closeFrame();
    const left = this.es.buffer.endPosition - this.position;
    if (!this.done && left > 0 && this.signature !== undefined) this.es.warn('audio-incomplete');
    if (this.unreadFrom !== undefined && this.es.buffer.endPosition - this.unreadFrom >= MIN_UNREADABLE_BYTES)
      this.es.warn('audio-unreadable');
    for (let lost = 0; lost < this.untimed.length; lost++) this.es.warn('time-missing');
    this.untimed = [];
    this.position = this.es.buffer.endPosition;
  }
}

/** What makes two configurations one: everything but the bit rate, which may vary from frame to frame. */
const configKey = (config: AudioCodecConfig): string => {
  const { codec, sampleRateHz, channelCount } = config;
  const rest =
    config.codec === 'aac'
      ? config.audioSpecificConfig.join()
      : 'dolby' in config
        ? [config.dolby.fscod, config.dolby.bsid, config.dolby.bsmod, config.dolby.acmod, config.dolby.lfeon].join()
        : `${config.mpegVersion}`;
  return [codec, sampleRateHz, channelCount, rest].join('|');
};
