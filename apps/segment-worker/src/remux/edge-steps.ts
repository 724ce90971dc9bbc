import { type EdgeJob, type SelectedSample, SmartCutter, type SmartStep } from '@clipfleet/isobmff';
import type { EncodedEdge } from '@clipfleet/ffmpeg';

/** Encodes the pictures of an edge. */
export type EncodeEdge = (job: EdgeJob) => Promise<EncodedEdge>;

/** An encoder of edges that knows how many pictures it has made. */
export class CountingEncoder {
  frameCount = 0;

  constructor(private readonly encodeEdge: EncodeEdge) {}

  readonly encode: EncodeEdge = async (job) => {
    const edge = await this.encodeEdge(job);
    this.frameCount += edge.samples.length;
    return edge;
  };
}

/** Where no picture begins anew within this time of the cut, the rest of a recording would be encoded. */
const MAX_HEAD_TICKS = 30 * 90_000;

export const smartCutter = (edges: { start: boolean; end: boolean }): SmartCutter =>
  new SmartCutter({ ...edges, maxHeadTicks: MAX_HEAD_TICKS });

/** The samples that a step stands for, in the order they are to be written: edges encoded, between what lies beside them. */
export const samplesOf = async (step: SmartStep, encode: EncodeEdge): Promise<SelectedSample[]> => {
  if (step.kind === 'keep') return [step.item];
  const { config, samples } = await encode(step.job);
  const encoded = samples.map((sample): SelectedSample => ({ sample, config }));
  return [...encoded, ...step.beside].sort((a, b) => a.sample.dtsTicks - b.sample.dtsTicks);
};
