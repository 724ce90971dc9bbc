import type { DemuxedSample, TrackConfig } from '@clipfleet/mpegts';
import { VarintWriter } from '../bytes/varint.js';
import type { RangeSpan } from './range-report.js';

/** Of a single picture, whose duration nothing tells. */
const UNKNOWN_FRAME_TICKS = 3_000;

/** Equal neighbours as (count, value). */
class RunLengthWriter {
  private readonly out = new VarintWriter();
  private value = 0;
  private count = 0;

  append(value: number): void {
    if (this.count > 0 && value !== this.value) this.flush();
    this.value = value;
    this.count++;
  }

  finish(): Uint8Array {
    this.flush();
    return this.out.finish();
  }

  private flush(): void {
    if (this.count === 0) return;
    this.out.unsigned(this.count);
    this.out.signed(this.value);
    this.count = 0;
  }
}

/** Collects the columns of one track in one run. */
export class SpanWriter {
  private readonly sizes = new VarintWriter();
  private readonly steps = new RunLengthWriter();
  private readonly offsets = new VarintWriter();
  private readonly keys = new VarintWriter();
  private readonly frames = new RunLengthWriter();
  private sampleCount = 0;
  private payloadBytes = 0;
  private sinceKey = 0;
  private lastDtsTicks: number;
  private minPtsTicks: number;
  private maxPts: { ticks: number; sample: DemuxedSample };
  private lastStepTicks = 0;

  private config: TrackConfig | undefined;

  constructor(private readonly first: DemuxedSample) {
    this.lastDtsTicks = first.dtsTicks;
    this.minPtsTicks = first.ptsTicks;
    this.maxPts = { ticks: first.ptsTicks, sample: first };
  }

  /** `sizeBytes`: of it in the payload. */
  add(sample: DemuxedSample, config: TrackConfig | undefined, sizeBytes: number): void {
    this.config ??= config;
    this.sizes.unsigned(sizeBytes);
    if (this.sampleCount > 0) {
      this.lastStepTicks = sample.dtsTicks - this.lastDtsTicks;
      this.steps.append(this.lastStepTicks);
    }
    if (sample.kind === 'audio') this.frames.append(sample.sampleCount);
    else this.addVideo(sample);
    this.sampleCount++;
    this.payloadBytes += sizeBytes;
    this.lastDtsTicks = sample.dtsTicks;
    this.minPtsTicks = Math.min(this.minPtsTicks, sample.ptsTicks);
    if (sample.ptsTicks >= this.maxPts.ticks) this.maxPts = { ticks: sample.ptsTicks, sample };
  }

  finish(): RangeSpan {
    const language = this.config?.language;
    return {
      runIndex: this.first.runIndex,
      pid: this.first.pid,
      streamIndex: this.config?.streamIndex ?? this.first.pid,
      kind: this.first.kind,
      ...(language !== undefined && { language }),
      sampleCount: this.sampleCount,
      payloadBytes: this.payloadBytes,
      firstDtsTicks: this.first.dtsTicks,
      firstPtsTicks: this.first.ptsTicks,
      lastDtsTicks: this.lastDtsTicks,
      minPtsTicks: this.minPtsTicks,
      maxEndTicks: this.maxPts.ticks + this.durationTicks(this.maxPts.sample),
      lastDurationTicks: this.durationTicks(this.maxPts.sample),
      columns: {
        sizes: this.sizes.finish(),
        steps: this.steps.finish(),
        offsets: this.offsets.finish(),
        keys: this.keys.finish(),
        frames: this.frames.finish(),
      },
    };
  }

  private addVideo(sample: DemuxedSample): void {
    this.offsets.signed(sample.ptsTicks - sample.dtsTicks);
    if (sample.keyframe) {
      this.keys.unsigned(this.sinceKey);
      this.sinceKey = 0;
    }
    this.sinceKey++;
  }

  private durationTicks(sample: DemuxedSample): number {
    if (sample.kind === 'video') return this.lastStepTicks > 0 ? this.lastStepTicks : UNKNOWN_FRAME_TICKS;
    return Math.round((sample.sampleCount * 90_000) / sample.sampleRateHz);
  }
}
