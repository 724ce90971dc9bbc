import type { EsFramer, SampleSink } from '../demux/es-framer.js';
import type { EsStream } from '../es/es-stream.js';
import type { TsStream } from '../psi/program.js';
import { lengthPrefixedBytes, putLengthPrefixed } from './length-prefixed.js';
import type { NalCodec } from './nal-codec.js';
import { VideoTimes } from './video-times.js';

const START_CODE_BYTES = 3;

/**
 * Byte stream (ITU-T H.264 Annex B, H.265 Annex B) → access units as length-prefixed NAL units. Borders come from the NAL
 * units, not from PES: a PES may hold several access units or a part of one. An access unit is delivered as soon as the
 * first bytes of the next one are there.
 */
export class NalFramer implements EsFramer {
  /** Positions of the open access unit's complete NAL units: start, end, start, end, … */
  private nals: number[] = [];
  private openNal = -1;
  /** Position of the start code that opened the access unit, or -1 before the first one. */
  private unitPosition = -1;
  private hasPicture = false;
  /** Where the next unit would begin if what follows is not the second field: index into `nals`, and position. */
  private tentative: { index: number; position: number } | undefined;
  private scanPosition = 0;
  private readonly times = new VideoTimes();
  private done = false;

  constructor(
    private readonly stream: TsStream,
    private readonly es: EsStream,
    private readonly codec: NalCodec,
    private readonly sink: SampleSink,
  ) {}

  get ownComplete(): boolean {
    return this.done || (this.unitPosition < 0 && this.es.isIdle);
  }

  drain(final: boolean): void {
    const { buffer } = this.es;
    while (!this.done) {
      const found = buffer.findStartCode(Math.max(this.scanPosition, buffer.startPosition));
      if (found < 0) {
        // A start code may straddle the end of what is there.
        this.scanPosition = Math.max(this.scanPosition, buffer.endPosition - (START_CODE_BYTES - 1));
        break;
      }
      const header = found + START_CODE_BYTES;
      const missing = header + this.codec.headBytes > buffer.endPosition;
      if (header >= buffer.endPosition || (missing && !final)) {
        this.scanPosition = found;
        break;
      }
      this.closeNal(found);
      this.openAt(found, header);
      this.scanPosition = header;
    }
    if (final && !this.done) this.finish();
    buffer.discardTo(this.unitPosition >= 0 ? this.unitPosition : this.scanPosition);
  }

  reset(): void {
    this.startUnit(-1);
    this.openNal = -1;
    this.scanPosition = this.es.buffer.endPosition;
    this.codec.reset();
    this.times.reset();
    this.done = false;
  }

  /** The open NAL unit ends where a start code begins. */
  private closeNal(startCode: number): void {
    if (this.openNal < 0) return;
    const { buffer } = this.es;
    // One zero before 00 00 01 belongs to the start code; any other stays in the NAL unit, as ffmpeg keeps it.
    const end = startCode > this.openNal && buffer.bytes[startCode - 1 - buffer.base] === 0 ? startCode - 1 : startCode;
    this.keepNal(end);
  }

  private keepNal(end: number): void {
    if (end > this.openNal) {
      this.nals.push(this.openNal, end);
      const readable = this.codec.completed(this.es.buffer.view(this.openNal, end));
      if (!readable) this.es.warn('parameter-set-unreadable');
    }
    this.openNal = -1;
  }

  private openAt(startCode: number, header: number): void {
    const { buffer } = this.es;
    const role = this.codec.role(buffer.view(header, Math.min(header + this.codec.headBytes, buffer.endPosition)));
    if (this.unitPosition < 0 && role === 'continues') return;
    if (role === 'opens') this.mayEndUnit(startCode);
    else if (role === 'picture') this.startPicture(startCode);
    else this.tentative = undefined;
    if (this.unitPosition < 0) this.startUnit(startCode);
    if (this.done) return;
    if (role === 'picture') this.hasPicture = true;
    this.openNal = header;
  }

  /** A delimiter, parameter set or SEI came: a unit begins here, unless the second field of the picture follows. */
  private mayEndUnit(position: number): void {
    if (!this.hasPicture || this.tentative !== undefined) return;
    if (this.codec.awaitsSecondField) this.tentative = { index: this.nals.length, position };
    else this.endUnit(this.nals.length, position);
  }

  private startPicture(position: number): void {
    if (!this.hasPicture) return;
    if (this.tentative === undefined) this.endUnit(this.nals.length, position);
    else this.endUnit(this.tentative.index, this.tentative.position);
  }

  /** The unit ends before the NAL unit with this index; what was read beyond it opens the next unit at `position`. */
  private endUnit(index: number, position: number): void {
    const rest = this.nals.splice(index);
    if (this.codec.leavesZeroByte) this.nals[this.nals.length - 1] = position;
    this.deliver();
    this.startUnit(position);
    this.nals = rest;
  }

  private startUnit(position: number): void {
    this.unitPosition = position;
    this.nals = [];
    this.hasPicture = false;
    this.tentative = undefined;
    if (position >= 0 && this.es.markAt(position)?.own === false) this.done = true;
  }

  private finish(): void {
    if (this.openNal >= 0) this.keepNal(this.es.buffer.endPosition);
    if (this.hasPicture) this.deliver();
    this.startUnit(-1);
    this.scanPosition = this.es.buffer.endPosition;
  }

  private deliver(): void {
    const mark = this.es.markAt(this.unitPosition);
    if (mark !== undefined && !mark.own) return;
    const nals = this.views();
    const facts = this.codec.facts(nals);
    const times = this.times.next(mark, facts, this.codec.frameTicks);
    if (times === undefined) {
      this.es.warn('time-missing');
      return;
    }
    const { pid, streamIndex, language } = this.stream;
    const { ptsTicks, dtsTicks, runIndex, stamped } = times;
    const config = this.codec.takeConfig();
    if (config !== undefined) {
      this.sink.config({ ...config, pid, streamIndex, runIndex, ...(language !== undefined && { language }) });
    }
    const { keyframe } = facts;
    const data = this.lengthPrefixed(nals);
    this.sink.sample({ kind: 'video', pid, ptsTicks, dtsTicks, runIndex, stamped, keyframe, data });
  }

  private views(): Uint8Array[] {
    const views: Uint8Array[] = [];
    for (let at = 0; at < this.nals.length; at += 2) views.push(this.es.buffer.view(this.nals[at], this.nals[at + 1]));
    return views;
  }

  private lengthPrefixed(nals: readonly Uint8Array[]): Uint8Array {
    const data = this.es.buffer.takeSample(lengthPrefixedBytes(nals));
    putLengthPrefixed(nals, data);
    return data;
  }
}
