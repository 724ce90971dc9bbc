import type { FfmpegCommand, FfmpegRunner } from '@clipfleet/ffmpeg';
import { transcodeSpeedRatio } from '@clipfleet/platform';
import { type Piece, TICKS_PER_MS } from '@clipfleet/timeline';

export interface EncoderOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** Media time of the whole task. */
  totalMs: number;
  /** 0 … 1 of the whole task. */
  onProgress: (ratio: number) => void;
}

/** One encode of several that a task is made of. */
export interface EncodeRun extends FfmpegCommand {
  /** Where ffmpeg's clock begins to count. */
  startTicks: number;
  pieces: readonly Piece[];
}

/** ffmpeg for one task: its runs under one signal, their progress as one. */
export class Encoder {
  private doneMs = 0;

  constructor(
    private readonly ffmpeg: FfmpegRunner,
    private readonly options: EncoderOptions,
  ) {}

  async run({ startTicks, pieces, ...command }: EncodeRun): Promise<void> {
    const { signal, timeoutMs, totalMs, onProgress } = this.options;
    const runMs = durationMsOf(pieces);
    const tell = (passedMs: number): void =>
      onProgress(Math.min(1, (this.doneMs + Math.min(Math.max(0, passedMs), runMs)) / Math.max(1, totalMs)));
    const startedAtMs = performance.now();
    await this.ffmpeg.run(command, {
      ...{ signal, timeoutMs },
      onProgress: ({ outTimeMs }) => tell(outTimeMs - startTicks / TICKS_PER_MS),
    });
    transcodeSpeedRatio.observe({ kind: 'transcode' }, runMs / (performance.now() - startedAtMs));
    this.doneMs += runMs;
    tell(0);
  }
}

export const durationMsOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + piece.durationTicks, 0) / TICKS_PER_MS;
