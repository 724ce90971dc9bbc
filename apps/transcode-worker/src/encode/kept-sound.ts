import { type FileHandle, open } from 'node:fs/promises';
import { clockJumps } from './clock-jumps.js';
import { type DemuxedSample, type SampleSink, type TrackConfig, TsDemuxer } from '@clipfleet/mpegts';

/** Frames an audio decoder wants before the first it shall play: one to overlap with, one for the filters to settle. */
const PRIMING_FRAMES = 2;

export interface TimedSample {
  sample: DemuxedSample;
  config: TrackConfig | undefined;
}

interface KeptFrame {
  sample: DemuxedSample;
  config: TrackConfig | undefined;
  startByte: number;
  sizeBytes: number;
}

/** What of the sound is in the output, on the clock of the pictures. */
export interface SoundCut {
  /** The pictures' start: tells which of the clock's rounds is theirs. */
  nearTicks: number;
  /** Frames before the start may lie in the file, for the decoder alone. */
  primes: boolean;
  /** Absent: no cut there. */
  startTicks?: number;
  endTicks?: number;
}

const CLOCK_WRAP_TICKS = 2 ** 33;
const SPILL_BYTES = 1 << 20;
const NO_DATA = new Uint8Array(0);

/**
 * The audio frames of one run, kept in a file until it is clear which of them are in the output: pictures come later, when they
 * are encoded. In memory is what tells where they lie.
 */
export class KeptSound implements SampleSink {
  private readonly configs = new Map<number, TrackConfig>();
  private readonly demuxer: TsDemuxer;
  private readonly frames: KeptFrame[] = [];
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private sizeBytes = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly runIndex: number,
    programPackets: Uint8Array | undefined,
  ) {
    const pids = programPackets && audioPids(programPackets);
    this.demuxer = new TsDemuxer({
      sink: this,
      firstRunIndex: runIndex,
      ...(programPackets && { programPackets }),
      ...(pids && { pids }),
    });
  }

  static async open(path: string, runIndex: number, programPackets?: Uint8Array): Promise<KeptSound> {
    return new KeptSound(await open(path, 'w+'), runIndex, programPackets);
  }

  /** The tail has shown all it is needed for. */
  get isComplete(): boolean {
    return this.demuxer.isComplete;
  }

  get bytes(): number {
    return this.sizeBytes;
  }

  /** The next byte begins a piece. */
  startPiece(): void {
    this.demuxer.startSegment();
  }

  /** What follows is the tail: it completes frames that commenced before. */
  endOwn(): void {
    this.demuxer.endOwn();
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.demuxer.push(chunk);
    if (this.pendingBytes >= SPILL_BYTES) await this.spill();
  }

  async finish(): Promise<void> {
    this.demuxer.flush();
    await this.spill();
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  config(config: TrackConfig): void {
    this.configs.set(config.pid, config);
  }

  sample(sample: DemuxedSample): void {
    if (sample.kind !== 'audio') return;
    if (sample.runIndex !== this.runIndex) throw clockJumps();
    const frame = { sample: { ...sample, data: NO_DATA }, config: this.configs.get(sample.pid) };
    this.frames.push({ ...frame, startByte: this.sizeBytes, sizeBytes: sample.data.length });
    this.sizeBytes += sample.data.length;
    this.pending.push(sample.data);
    this.pendingBytes += sample.data.length;
  }

  /** After `finish`: the frames that are played in the cut, and those before that prepare the decoder; by decoding time. */
  async *samples(cut: SoundCut): AsyncGenerator<TimedSample> {
    const roundTicks = this.roundTicks(cut.nearTicks);
    const byPid = new Map<number, KeptFrame[]>();
    for (const frame of this.frames)
      byPid
        .set(frame.sample.pid, byPid.get(frame.sample.pid) ?? [])
        .get(frame.sample.pid)!
        .push(frame);
    const kept = [...byPid.values()].flatMap((frames) => inside(frames, cut, roundTicks));
    for (const { sample, config, startByte, sizeBytes } of kept.toSorted(byDecodingTime)) {
      const data = new Uint8Array(sizeBytes);
      await this.file.read(data, 0, sizeBytes, startByte);
      const [ptsTicks, dtsTicks] = [sample.ptsTicks + roundTicks, sample.dtsTicks + roundTicks];
      yield { sample: { ...sample, ptsTicks, dtsTicks, data }, config };
    }
  }

  /** What brings the frames' times into the round of the 33-bit clock that an instant is in. */
  private roundTicks(nearTicks: number): number {
    const firstTicks = this.frames[0]?.sample.ptsTicks ?? 0;
    return Math.round((nearTicks - firstTicks) / CLOCK_WRAP_TICKS) * CLOCK_WRAP_TICKS;
  }

  private async spill(): Promise<void> {
    const { pending } = this;
    this.pending = [];
    this.pendingBytes = 0;
    await this.file.writeFile(Buffer.concat(pending));
  }
}

const byDecodingTime = (a: KeptFrame, b: KeptFrame): number => a.sample.dtsTicks - b.sample.dtsTicks;

const endTicksOf = (sample: DemuxedSample): number =>
  sample.kind === 'audio' ? sample.ptsTicks + Math.ceil((sample.sampleCount * 90_000) / sample.sampleRateHz) : 0;

const inside = (frames: readonly KeptFrame[], cut: SoundCut, roundTicks: number): KeptFrame[] => {
  const startTicks = (cut.startTicks ?? -Infinity) - roundTicks;
  const endTicks = (cut.endTicks ?? Infinity) - roundTicks;
  const begins = ({ sample }: KeptFrame): boolean =>
    cut.primes ? endTicksOf(sample) > startTicks : sample.ptsTicks >= startTicks;
  const first = frames.findIndex(begins);
  if (first === -1) return [];
  if (!cut.primes) return frames.slice(first).filter(({ sample }) => sample.ptsTicks < endTicks);
  return frames.slice(Math.max(0, first - PRIMING_FRAMES)).filter(({ sample }) => sample.ptsTicks < endTicks);
};

/** Undefined: the packets do not tell. */
const audioPids = (programPackets: Uint8Array): number[] | undefined => {
  const { program } = new TsDemuxer({ sink: { config: () => {}, sample: () => {} }, programPackets });
  return program?.streams.filter(({ kind }) => !VIDEO_KINDS.has(kind)).map(({ pid }) => pid);
};

const VIDEO_KINDS: ReadonlySet<string> = new Set(['h264', 'hevc', 'mpeg2video', 'mpeg1video']);
