import { type CutPoint, CutSelector, type MeasuredCut, type RangeEnd, RangeWriter } from '@clipfleet/isobmff';
import type { DemuxedSample, SampleSink, TrackConfig } from '@clipfleet/mpegts';
import type { EdgeFinder } from './edge-finder.js';

interface HeldSample {
  sample: DemuxedSample;
  /** Undefined: the range began without; that of the range before goes on. */
  config: TrackConfig | undefined;
}

/** Samples from the demuxer, through the cut, into the range's payload. Samples at an edge wait until the edge is known. */
export class SamplePipe implements SampleSink {
  private readonly configs = new Map<number, TrackConfig>();
  private readonly writer = new RangeWriter();
  private readonly selector: CutSelector;
  private payload: Uint8Array[] = [];
  private held: HeldSample[] = [];
  private edges: { finder: EdgeFinder; found: (point: CutPoint) => void }[] = [];

  constructor(cut: { mode: 'keyframe' | 'exact'; hasStart: boolean }) {
    this.selector = new CutSelector({ mode: cut.mode, ...(cut.hasStart && { start: 'pending' as const }) });
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
    const found = (point: CutPoint): void =>
      kind === 'start' ? this.selector.setStart(point) : this.selector.setEnd(point);
    this.edges.push({ finder, found });
  }

  config(config: TrackConfig): void {
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

  /** Takes the payload that is ready. */
  takePayload(): Uint8Array[] {
    const { payload } = this;
    this.payload = [];
    return payload;
  }

  finish(): RangeEnd {
    this.findEdges();
    this.release();
    for (const { sample, config } of this.selector.finish()) this.payload.push(...this.writer.push(sample, config));
    const end = this.writer.finish(this.selector.shown);
    return { report: end.report, payload: [...this.takePayload(), ...end.payload] };
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
    for (const kept of this.selector.push(sample, config))
      this.payload.push(...this.writer.push(kept.sample, kept.config));
  }
}
