import { type DemuxedSample, hevcSetsApart, type SetsApart, type TrackConfig } from '@clipfleet/mpegts';
import { joinAdjacent } from '../bytes/join-adjacent.js';
import { VarintWriter } from '../bytes/varint.js';
import type { ShownWindow } from '../cut/shown-window.js';
import { configKey } from '../report/config-key.js';
import type { RangeReport } from '../report/range-report.js';
import { SpanWriter } from '../report/span-writer.js';

/** 0.25 s: short enough for a player to read tracks together, long enough to keep the chunk tables small. */
const CHUNK_TICKS = 22_500;

/** Samples of one track, one run and one configuration that will lie together. */
interface OpenChunk {
  readonly spanIndex: number;
  readonly configIndex: number;
  readonly startDtsTicks: number;
  sampleCount: number;
  readonly pieces: Uint8Array[];
}

export interface RangeEnd {
  readonly payload: readonly Uint8Array[];
  readonly report: RangeReport;
}

/**
 * Turns samples in decode order into an interleaved payload and the report of what lies where. Holds a quarter of a
 * second of each track, whatever the range's length; the same samples always give the same bytes.
 */
export class RangeWriter {
  private readonly configs: TrackConfig[] = [];
  private readonly configIndexByKey = new Map<string, number>();
  private readonly configIndexByObject = new Map<TrackConfig, number>();
  private readonly spans: SpanWriter[] = [];
  private readonly spanIndexByTrack = new Map<string, number>();
  private readonly openByPid = new Map<number, OpenChunk>();
  private readonly chunks = new VarintWriter();
  private chunkCount = 0;
  private payloadBytes = 0;

  /** `leftOut` is given what of the samples will not be written. */
  constructor(private readonly leftOut?: (pieces: readonly Uint8Array[]) => void) {}

  /**
   * Bytes of the payload that follow now, if any. No `config`: the range begins before its parameter sets, and the ones
   * of the range before go on.
   */
  push(sample: DemuxedSample, config: TrackConfig | undefined): Uint8Array[] {
    const spanIndex = this.spanIndexOf(sample);
    const configIndex = this.configIndexOf(config);
    const open = this.openByPid.get(sample.pid);
    if (open !== undefined && this.belongs(sample, open, spanIndex, configIndex)) {
      this.add(sample, config, open);
      return [];
    }
    const payload = open === undefined ? [] : this.close(open);
    const chunk = { spanIndex, configIndex, startDtsTicks: sample.dtsTicks, sampleCount: 0, pieces: [] };
    this.add(sample, config, chunk);
    this.openByPid.set(sample.pid, chunk);
    return payload;
  }

  finish(shown: ShownWindow = {}): RangeEnd {
    const open = [...this.openByPid.values()].sort((a, b) => a.startDtsTicks - b.startDtsTicks);
    this.openByPid.clear();
    const payload = open.flatMap((chunk) => this.close(chunk));
    const report: RangeReport = {
      configs: this.configs,
      spans: this.spans.map((span) => span.finish()),
      chunks: this.chunks.finish(),
      chunkCount: this.chunkCount,
      payloadBytes: this.payloadBytes,
      paddingBytes: 0,
      shown,
    };
    return { payload, report };
  }

  private add(sample: DemuxedSample, config: TrackConfig | undefined, chunk: OpenChunk): void {
    const apart = setsApart(sample, config);
    let sizeBytes = sample.data.length;
    if (apart === undefined) chunk.pieces.push(sample.data);
    else {
      chunk.pieces.push(...apart.kept);
      for (const set of apart.sets) sizeBytes -= set.length;
      this.leftOut?.(apart.sets);
    }
    chunk.sampleCount++;
    this.payloadBytes += sizeBytes;
    this.spans[chunk.spanIndex].add(sample, config, sizeBytes);
  }

  private belongs(sample: DemuxedSample, open: OpenChunk, spanIndex: number, configIndex: number): boolean {
    const sameKind = open.spanIndex === spanIndex && open.configIndex === configIndex;
    return sameKind && sample.dtsTicks < open.startDtsTicks + CHUNK_TICKS;
  }

  private close(chunk: OpenChunk): Uint8Array[] {
    this.chunks.unsigned(chunk.spanIndex);
    this.chunks.unsigned(chunk.configIndex + 1);
    this.chunks.unsigned(chunk.sampleCount);
    this.chunkCount++;
    return joinAdjacent(chunk.pieces);
  }

  private spanIndexOf(sample: DemuxedSample): number {
    const key = `${sample.runIndex}/${sample.pid}`;
    const known = this.spanIndexByTrack.get(key);
    if (known !== undefined) return known;
    this.spans.push(new SpanWriter(sample));
    this.spanIndexByTrack.set(key, this.spans.length - 1);
    return this.spans.length - 1;
  }

  /** By object first: the demuxer gives the same one until something changes. −1: not known. */
  private configIndexOf(config: TrackConfig | undefined): number {
    if (config === undefined) return -1;
    const known = this.configIndexByObject.get(config);
    if (known !== undefined) return known;
    const key = configKey(config);
    const index = this.configIndexByKey.get(key) ?? this.configs.push(config) - 1;
    this.configIndexByKey.set(key, index);
    this.configIndexByObject.set(config, index);
    return index;
  }
}

/** `hvc1` promises that samples have none of the parameter sets of their entry (ISO/IEC 14496-15 §8.3.3.1). */
const setsApart = ({ data }: DemuxedSample, config: TrackConfig | undefined): SetsApart | undefined =>
  config?.kind === 'video' && config.codec === 'hevc' ? hevcSetsApart(data, config) : undefined;
