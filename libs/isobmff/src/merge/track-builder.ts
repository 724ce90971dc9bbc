import type { TrackConfig } from '@clipfleet/mpegts';
import { rescaleNearest } from '../bytes/rescale.js';
import { RunLengthTable } from '../bytes/run-length-table.js';
import type { StscEntry } from '../boxes/stsc.js';
import { IsobmffError } from '../isobmff-error.js';
import type { MovieTrack, SampleTables } from '../movie/movie.js';
import { configKey } from '../report/config-key.js';
import type { SpanSample } from '../report/span-reader.js';
import { AudioClock } from './audio-clock.js';
import { joinConfigs } from './join-configs.js';
import { type PictureHole, pictureHoles } from './picture-holes.js';
import type { TrackExtent } from './track-edits.js';

/** Of a picture whose duration nothing tells. */
const UNKNOWN_FRAME_TICKS = 3_000;
/** What is longer is taken for a hole. */
const LONGEST_FRAME_TICKS = 90_000;

/** Video counts in the clock of its stamps. */
const VIDEO_TIMESCALE = 90_000;

/** Builds the sample tables of one track, sample by sample, in decode order. */
export class TrackBuilder {
  readonly timescale: number;
  readonly configs: TrackConfig[] = [];
  private readonly configIndexByKey = new Map<string, number>();
  /** Most chunks bring the object of the chunk before. */
  private readonly configIndexByObject = new Map<TrackConfig, number>();
  private readonly clock: AudioClock | undefined;
  private readonly durations = new RunLengthTable();
  private readonly offsets = new RunLengthTable();
  private readonly keys: number[] = [];
  private readonly sizes: number[] = [];
  private readonly chunks: StscEntry[] = [];
  private readonly chunkOffsets: number[] = [];
  /** Of the chunk before; 1-based. */
  private descriptionIndex = 1;
  private payloadBytes = 0;
  private firstDts = 0;
  private firstPts = 0;
  private lastDts = 0;
  private lastOffset = 0;
  private lastPcmSamples = 0;
  private endPts = -Infinity;
  /** Samples whose time had to be moved behind the one before. */
  clampedCount = 0;

  constructor(first: TrackConfig) {
    this.timescale = first.kind === 'video' ? VIDEO_TIMESCALE : first.sampleRateHz;
    this.clock = first.kind === 'video' ? undefined : new AudioClock(first.sampleRateHz);
  }

  get sampleCount(): number {
    return this.sizes.length;
  }

  /** After `finish`. */
  get pictureHoles(): PictureHole[] {
    return this.clock === undefined ? pictureHoles(this.durations, this.firstDts) : [];
  }

  /** No `config`: the track's goes on. */
  addChunk(offsetByte: number, sampleCount: number, config: TrackConfig | undefined): void {
    this.chunkOffsets.push(offsetByte);
    const descriptionIndex = config === undefined ? this.descriptionIndex : this.descriptionIndexOf(config);
    this.descriptionIndex = descriptionIndex;
    const last = this.chunks.at(-1);
    if (last?.samplesPerChunk === sampleCount && last.descriptionIndex === descriptionIndex) return;
    this.chunks.push({ firstChunk: this.chunkOffsets.length, samplesPerChunk: sampleCount, descriptionIndex });
  }

  /** `startTicks`: decoding time on the track's axis, negative before its zero. Returns what it became in the track's timescale. */
  addSample(sample: SpanSample, startTicks: number, offsetTicks: number): number {
    const stamped = this.clock === undefined ? startTicks : this.clock.at(startTicks, sample.pcmSamples);
    const isFirst = this.sizes.length === 0;
    const dts = isFirst ? stamped : Math.max(stamped, this.lastDts + 1);
    if (dts !== stamped) this.clampedCount++;
    // The presentation stays where it was when decoding has to wait.
    const offset = this.clock === undefined ? offsetTicks - (dts - stamped) : 0;
    if (isFirst) {
      this.firstDts = dts;
      this.firstPts = dts + offset;
    } else this.endLast(dts - this.lastDts);
    this.lastDts = dts;
    this.lastOffset = offset;
    this.lastPcmSamples = sample.pcmSamples;
    this.offsets.append(offset);
    this.sizes.push(sample.sizeBytes);
    if (sample.keyframe) this.keys.push(this.sizes.length);
    this.payloadBytes += sample.sizeBytes;
    return dts;
  }

  /** After the last sample: for a picture, what its range knew of its length, else that of the one before; audio knows its own. */
  finish(lastDurationTicks: number | undefined): TrackExtent {
    this.endLast(this.clock === undefined ? (lastDurationTicks ?? this.durationBefore()) : this.lastPcmSamples);
    const { timescale, firstDts, firstPts, endPts } = this;
    return { timescale, firstDts, firstPts, endPts };
  }

  /** Fields of the track that follow from the samples. */
  describe(): Pick<MovieTrack, 'timescale' | 'mediaDuration' | 'configs' | 'averageBitrateBps' | 'tables'> {
    const mediaDuration = this.durations.counts.reduce((sum, count, i) => sum + count * this.durations.values[i], 0);
    const { timescale, configs } = this;
    const averageBitrateBps = mediaDuration === 0 ? 0 : rescaleNearest(this.payloadBytes * 8, timescale, mediaDuration);
    return { timescale, mediaDuration, configs, averageBitrateBps, tables: this.tables() };
  }

  private tables(): SampleTables {
    return {
      durations: this.durations,
      compositionOffsets: this.offsets,
      syncSampleNumbers: this.keys.length === this.sizes.length ? undefined : this.keys,
      sizesBytes: this.sizes,
      chunks: this.chunks,
      chunkOffsets: this.chunkOffsets,
    };
  }

  private durationBefore(): number {
    const before = this.durations.values.at(-1) ?? Infinity;
    return before > LONGEST_FRAME_TICKS ? UNKNOWN_FRAME_TICKS : before;
  }

  private endLast(duration: number): void {
    this.durations.append(duration);
    this.endPts = Math.max(this.endPts, this.lastDts + this.lastOffset + duration);
  }

  /** 1-based. */
  private descriptionIndexOf(config: TrackConfig): number {
    const known = this.configIndexByObject.get(config);
    if (known !== undefined) return known;
    this.refuseOtherRate(config);
    const key = configKey(config);
    const index = this.configIndexByKey.get(key) ?? this.joinedIndexOf(config) ?? this.configs.push(config);
    this.configIndexByKey.set(key, index);
    this.configIndexByObject.set(config, index);
    return index;
  }

  /** 1-based: of an entry that can hold this configuration's parameter sets beside its own. */
  private joinedIndexOf(config: TrackConfig): number | undefined {
    for (const [position, known] of this.configs.entries()) {
      const joined = joinConfigs(known, config);
      if (joined === undefined) continue;
      this.configs[position] = joined;
      return position + 1;
    }
    return undefined;
  }

  private refuseOtherRate(config: TrackConfig): void {
    if (config.kind === 'audio' && config.sampleRateHz !== this.timescale) {
      const message = `audio changes from ${this.timescale} Hz to ${config.sampleRateHz} Hz: one track cannot hold both`;
      const { pid, runIndex } = config;
      throw new IsobmffError('sample-rate-changed', message, {
        pid,
        runIndex,
        fromHz: this.timescale,
        toHz: config.sampleRateHz,
      });
    }
  }
}
