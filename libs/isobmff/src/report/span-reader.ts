import { VarintReader } from '../bytes/varint.js';
import { IsobmffError } from '../isobmff-error.js';
import type { RangeSpan } from './range-report.js';

/** One sample of a span, on the span's own clock. */
export interface SpanSample {
  readonly sizeBytes: number;
  readonly dtsTicks: number;
  readonly offsetTicks: number;
  readonly keyframe: boolean;
  /** PCM samples; 0 for video. */
  readonly pcmSamples: number;
}

class RunLengthReader {
  private readonly reader: VarintReader;
  private value = 0;
  private count = 0;

  constructor(bytes: Uint8Array) {
    this.reader = new VarintReader(bytes);
  }

  next(): number {
    if (this.count === 0) {
      this.count = this.reader.unsigned();
      this.value = this.reader.signed();
      if (this.count === 0) throw new IsobmffError('report-invalid', 'a run of no entries');
    }
    this.count--;
    return this.value;
  }
}

/** Reads the columns of a span, sample by sample. */
export class SpanReader {
  private readonly sizes: VarintReader;
  private readonly steps: RunLengthReader;
  private readonly offsets: VarintReader;
  private readonly keys: VarintReader;
  private readonly frames: RunLengthReader;
  private index = 0;
  private dtsTicks: number;
  private nextKeyIndex: number;

  constructor(private readonly span: RangeSpan) {
    const { columns } = span;
    this.sizes = new VarintReader(columns.sizes);
    this.steps = new RunLengthReader(columns.steps);
    this.offsets = new VarintReader(columns.offsets);
    this.keys = new VarintReader(columns.keys);
    this.frames = new RunLengthReader(columns.frames);
    this.dtsTicks = span.firstDtsTicks;
    this.nextKeyIndex = this.readKeyIndex();
  }

  /** All samples were read. */
  get atEnd(): boolean {
    return this.index === this.span.sampleCount;
  }

  next(): SpanSample {
    if (this.atEnd) throw new IsobmffError('report-invalid', `span of PID ${this.span.pid} has no more samples`);
    if (this.index > 0) this.dtsTicks += this.steps.next();
    const isVideo = this.span.kind === 'video';
    const keyframe = !isVideo || this.index === this.nextKeyIndex;
    if (isVideo && keyframe) this.nextKeyIndex += this.readKeyIndex();
    this.index++;
    return {
      sizeBytes: this.sizes.unsigned(),
      dtsTicks: this.dtsTicks,
      offsetTicks: isVideo ? this.offsets.signed() : 0,
      keyframe,
      pcmSamples: isVideo ? 0 : this.frames.next(),
    };
  }

  private readKeyIndex(): number {
    return this.keys.atEnd ? Infinity : this.keys.unsigned();
  }
}
