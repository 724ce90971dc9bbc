import { sameBytes } from '../bytes.js';
import type { EsFramer, SampleSink } from '../demux/es-framer.js';
import type { EsStream } from '../es/es-stream.js';
import type { TsStream } from '../psi/program.js';
import type { Mpeg2Picture, Mpeg2Sequence } from './mpeg2-headers.js';
import { MPEG2, MPEG2_PICTURE_HEAD_BYTES, parseMpeg2Picture, parseMpeg2Sequence } from './mpeg2-headers.js';
import { VideoTimes } from './video-times.js';

const START_CODE_BYTES = 4;

/** What is known of the access unit that is being read. */
interface OpenUnit {
  readonly position: number;
  picture: Mpeg2Picture | undefined;
  hasSlices: boolean;
  bothFields: boolean;
  sequence: { from: number; to: number | undefined } | undefined;
}

/**
 * MPEG-2 video (ISO/IEC 13818-2) → access units: a picture, or the two fields of one, with the headers before it.
 * Borders come from the start codes, so that a PES may hold several pictures or a part of one.
 */
export class Mpeg2Framer implements EsFramer {
  private unit: OpenUnit | undefined;
  private scanPosition = 0;
  private sequenceHeader: Uint8Array = new Uint8Array(0);
  private sequence: Mpeg2Sequence | undefined;
  private readonly times = new VideoTimes();
  private done = false;

  constructor(
    private readonly stream: TsStream,
    private readonly es: EsStream,
    private readonly sink: SampleSink,
  ) {}

  get ownComplete(): boolean {
    return this.done || (this.unit === undefined && this.es.isIdle);
  }

  drain(final: boolean): void {
    const { buffer } = this.es;
    while (!this.done) {
      const found = buffer.findStartCode(Math.max(this.scanPosition, buffer.startPosition));
      if (found < 0) {
        this.scanPosition = Math.max(this.scanPosition, buffer.endPosition - 2);
        break;
      }
      const missing = found + MPEG2_PICTURE_HEAD_BYTES > buffer.endPosition;
      if (found + START_CODE_BYTES > buffer.endPosition || (missing && !final)) {
        this.scanPosition = found;
        break;
      }
      this.startCode(found, buffer.bytes[found + 3 - buffer.base]);
      this.scanPosition = found + START_CODE_BYTES;
    }
    if (final && !this.done) {
      this.endUnit(buffer.endPosition);
      this.scanPosition = buffer.endPosition;
    }
    buffer.discardTo(this.unit?.position ?? this.scanPosition);
  }

  reset(): void {
    this.unit = undefined;
    this.scanPosition = this.es.buffer.endPosition;
    this.sequenceHeader = new Uint8Array(0);
    this.times.reset();
    this.done = false;
  }

  private startCode(position: number, code: number): void {
    if (code >= MPEG2.sliceFirst && code <= MPEG2.sliceLast) {
      if (this.unit?.picture !== undefined) this.unit.hasSlices = true;
      return;
    }
    const { sequence } = this.unit ?? {};
    if (sequence !== undefined && sequence.to === undefined && code !== MPEG2.extension) sequence.to = position;
    if (code === MPEG2.sequence || code === MPEG2.group) {
      this.openUnit(position);
      if (code === MPEG2.sequence && this.unit !== undefined) this.unit.sequence = { from: position, to: undefined };
    } else if (code === MPEG2.picture) {
      this.startPicture(position);
    }
  }

  private startPicture(position: number): void {
    const { buffer } = this.es;
    const end = Math.min(position + MPEG2_PICTURE_HEAD_BYTES, buffer.endPosition);
    const picture = parseMpeg2Picture(buffer.view(position, end));
    if (this.unit !== undefined && completesFrame(this.unit, picture)) {
      this.unit.bothFields = true;
      return;
    }
    this.openUnit(position);
    if (this.unit !== undefined) this.unit.picture = picture;
  }

  /** A unit begins here, unless the open one has no slices yet: then this is one more header of it. */
  private openUnit(position: number): void {
    if (this.unit !== undefined && !this.unit.hasSlices) return;
    this.endUnit(position);
    this.unit = { position, picture: undefined, hasSlices: false, bothFields: false, sequence: undefined };
    if (this.es.markAt(position)?.own === false) {
      this.done = true;
      this.unit = undefined;
    }
  }

  private endUnit(end: number): void {
    const { unit } = this;
    this.unit = undefined;
    if (unit === undefined || unit.picture === undefined || !unit.hasSlices) return;
    const mark = this.es.markAt(unit.position);
    if (mark?.own === false) return;
    const keyframe = unit.picture.codingType === 'I' && unit.sequence !== undefined;
    this.deliver(unit, unit.picture, keyframe, this.es.buffer.copy(unit.position, end));
  }

  private deliver(unit: OpenUnit, picture: Mpeg2Picture, keyframe: boolean, data: Uint8Array): void {
    const { pid } = this.stream;
    const changed = this.readSequence(unit);
    const facts = { keyframe, reference: picture.codingType !== 'B' };
    const times = this.times.next(this.es.markAt(unit.position), facts, this.sequence?.frameTicks);
    if (times === undefined) {
      this.es.warn('time-missing');
      return;
    }
    if (changed && this.sequence !== undefined) this.sendConfig(this.sequence, times.runIndex);
    this.sink.sample({ kind: 'video', pid, ...times, keyframe, data });
  }

  private readSequence(unit: OpenUnit): boolean {
    if (unit.sequence?.to === undefined) return false;
    const header = this.es.buffer.copy(unit.sequence.from, unit.sequence.to);
    if (sameBytes(header, this.sequenceHeader)) return false;
    this.sequenceHeader = header;
    this.sequence = parseMpeg2Sequence(header);
    if (this.sequence === undefined) this.es.warn('parameter-set-unreadable');
    return true;
  }

  private sendConfig(sequence: Mpeg2Sequence, runIndex: number): void {
    const { pid, streamIndex, language } = this.stream;
    this.sink.config({
      ...{
        kind: 'video',
        codec: 'mpeg2video',
        pid,
        streamIndex,
        runIndex,
        ...(language !== undefined && { language }),
      },
      ...{ picture: sequence.picture, sequenceHeader: this.sequenceHeader },
    });
  }
}

/** The second field of a frame has the same temporal reference and the other parity (ISO/IEC 13818-2 §6.1.1.4.1). */
const completesFrame = (unit: OpenUnit, picture: Mpeg2Picture): boolean =>
  unit.picture?.field !== undefined &&
  unit.hasSlices &&
  !unit.bothFields &&
  picture.field !== undefined &&
  picture.field !== unit.picture.field &&
  picture.temporalReference === unit.picture.temporalReference;
