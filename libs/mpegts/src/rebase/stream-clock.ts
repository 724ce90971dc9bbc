import { syntaxOf } from '../audio/syntax-of.js';
import { toTicks } from '../audio/audio-times.js';
import type { AudioSyntax } from '../audio/audio-syntax.js';
import { walkFrames } from '../audio/walk-frames.js';
import { concatBytes, copyBytes } from '../bytes.js';
import type { StreamKind } from '../psi/stream-kind.js';

/** Until two stamps of a stream have been seen. */
const ASSUMED_FRAME_TICKS = 3000;
/** Stamps of one stream further apart are a hole, not its pace. */
const MAX_STEP_TICKS = 90_000;
/** Audio of more than this behind one stamp is not looked into. */
const MAX_AUDIO_BYTES = 512 * 1024;

/** The times of one stream as they are written, up to its end. */
export class StreamClock {
  private dtsTicks: number | undefined;
  private newestPtsTicks = Number.NEGATIVE_INFINITY;
  private stepTicks = ASSUMED_FRAME_TICKS;
  /** What audio has brought since its last stamp. */
  private audio: Uint8Array[] = [];
  private audioBytes = 0;

  /** As the program has it; undefined: not known. */
  kind: StreamKind | undefined;
  /** Video or audio, which go on without a pause; subtitles and data come when they like. */
  isSteady = false;

  stamp(ptsTicks: number, dtsTicks: number): void {
    const step = dtsTicks - (this.dtsTicks ?? dtsTicks);
    if (step > 0 && step < MAX_STEP_TICKS) this.stepTicks = step;
    this.dtsTicks = dtsTicks;
    this.newestPtsTicks = Math.max(this.newestPtsTicks, ptsTicks);
    this.audio = [];
    this.audioBytes = 0;
  }

  /** Bytes of the elementary stream in `[from, to)`. */
  data(bytes: Uint8Array, from: number, to: number): void {
    if (from >= to || this.dtsTicks === undefined || syntaxOf(this.kind) === undefined) return;
    this.audioBytes += to - from;
    if (this.audioBytes <= MAX_AUDIO_BYTES) this.audio.push(copyBytes(bytes, from, to));
  }

  /** A new run has been joined: what was presented before counts no more. */
  startRun(): void {
    this.newestPtsTicks = Number.NEGATIVE_INFINITY;
  }

  /** When the next DTS would be due. */
  get dueDtsTicks(): number {
    return (this.dtsTicks ?? 0) + this.lastTicks;
  }

  /** When all pictures so far have been presented. */
  get duePtsTicks(): number {
    return this.newestPtsTicks + this.lastTicks;
  }

  /** How long what came with the last stamp lasts: audio frames are counted, a picture is as long as the one before. */
  private get lastTicks(): number {
    const syntax = syntaxOf(this.kind);
    if (syntax === undefined || this.audioBytes > MAX_AUDIO_BYTES) return this.stepTicks;
    return framesTicks(concatBytes(this.audio), syntax) ?? this.stepTicks;
  }
}

/** How long the frames last that begin in these bytes, which may begin and end within one; undefined: there is none. */
export const framesTicks = (bytes: Uint8Array, syntax: AudioSyntax): number | undefined => {
  const { frames } = walkFrames(bytes, syntax, true);
  const last = frames.at(-1);
  const samples = frames.reduce((sum, { header }) => sum + (header.dependent ? 0 : header.sampleCount), 0);
  return last === undefined || samples === 0 ? undefined : toTicks(samples, last.header.sampleRateHz);
};
