import { ClipfleetError } from '@clipfleet/contracts';
import {
  type CutPoint,
  CutSelector,
  type MeasuredCut,
  type RangeEnd,
  RangeWriter,
  type SelectedSample,
  type SmartCutter,
  type SmartStep,
} from '@clipfleet/isobmff';
import type { DemuxedSample, SampleSink, TrackConfig } from '@clipfleet/mpegts';
import type { EdgeFinder } from './edge-finder.js';
import { type EncodeEdge, samplesOf, smartCutter } from './edge-steps.js';

interface HeldSample {
  sample: DemuxedSample;
  /** Undefined: the range began without; that of the range before goes on. */
  config: TrackConfig | undefined;
}

/** Samples from the demuxer, through the cut, into the range's payload. Samples at an edge wait until the edge is known. */
export class SamplePipe implements SampleSink {
  private readonly configs = new Map<number, TrackConfig>();
  private readonly writer: RangeWriter;
  private readonly selector: CutSelector;
  /** Absent: nothing is encoded. */
  private readonly cutter: SmartCutter | undefined;
  private steps: SmartStep[] = [];
  private held: HeldSample[] = [];
  private edges: { finder: EdgeFinder; found: (point: CutPoint) => void }[] = [];

  /**
   * `goesOn`: other clips follow. `leftOut`: given what of the samples is not in the payload. `encode`: what hides pictures at an
   * edge is encoded instead.
   */
  constructor(
    { goesOn, ...cut }: { mode: 'keyframe' | 'exact'; hasStart: boolean; hasEnd: boolean; goesOn: boolean },
    leftOut: ((pieces: readonly Uint8Array[]) => void) | undefined,
    private readonly encode?: EncodeEdge,
  ) {
    this.writer = new RangeWriter(leftOut);
    this.selector = new CutSelector({ mode: cut.mode, goesOn, ...(cut.hasStart && { start: 'pending' as const }) });
    if (encode) this.cutter = smartCutter({ start: cut.hasStart, end: cut.hasEnd });
  }

  /** Everything so far belongs to a head that is to be encoded. */
  get isHeadOpen(): boolean {
    return this.cutter?.isHeadOpen ?? false;
  }

  /** Everything up to the cut at the end has passed: what follows is not needed. */
  get done(): boolean {
    return this.selector.done;
  }

  get measured(): MeasuredCut {
    return this.selector.measured;
  }

  /** Whether a track's configuration has come. */
  knows(pid: number): boolean {
    return this.configs.has(pid);
  }

  /** From now on samples wait until the finder has found the start of the piece they come from. */
  awaitEdge(kind: 'start' | 'end', finder: EdgeFinder): void {
    const found = (point: CutPoint): void => {
      for (const cut of this.cutter ? [this.selector, this.cutter] : [this.selector]) {
        if (kind === 'start') cut.setStart(point);
        else cut.setEnd(point);
      }
    };
    this.edges.push({ finder, found });
  }

  /** Throws when a header could not say what the track is. */
  config(config: TrackConfig): void {
    if (config.kind === 'audio' && config.codec === 'aac' && config.channelsInFrames === true) {
      const text = `The AAC track ${config.pid} begins to tell its channels in its frames: no range can be made of that.`;
      throw new ClipfleetError('undecodable', text);
    }
    this.configs.set(config.pid, config);
  }

  sample(sample: DemuxedSample): void {
    const config = this.configs.get(sample.pid);
    if (this.edges.length === 0) {
      this.pass({ sample, config });
      return;
    }
    this.held.push({ sample, config });
    this.findEdges();
  }

  /** The payload that is ready, edges encoded. */
  async takePayload(): Promise<Uint8Array[]> {
    const { steps } = this;
    this.steps = [];
    const payload: Uint8Array[] = [];
    for (const step of steps) {
      const items = step.kind === 'keep' ? [step.item] : await samplesOf(step, this.encode!);
      for (const { sample, config } of items) payload.push(...this.writer.push(sample, config));
    }
    return payload;
  }

  async finish(): Promise<RangeEnd> {
    this.findEdges();
    this.release();
    for (const item of this.selector.finish()) this.cut(item);
    if (this.cutter) this.steps.push(...this.cutter.finish());
    const payload = await this.takePayload();
    const end = this.writer.finish(this.selector.shown);
    return { report: end.report, payload: [...payload, ...end.payload] };
  }

  /** Held samples are looked through again: the finder may have learned the start after they came. */
  private findEdges(): void {
    this.edges = this.edges.filter(({ finder, found }) => {
      for (const { sample } of this.held) {
        const point = finder.match(sample);
        if (point) {
          found(point);
          return false;
        }
      }
      return true;
    });
    if (this.edges.length === 0) this.release();
  }

  private release(): void {
    const { held } = this;
    this.held = [];
    for (const item of held) this.pass(item);
  }

  private pass({ sample, config }: HeldSample): void {
    for (const kept of this.selector.push(sample, config)) this.cut(kept);
  }

  private cut(item: SelectedSample): void {
    if (this.cutter) this.steps.push(...this.cutter.push(item));
    else this.steps.push({ kind: 'keep', item });
  }
}
