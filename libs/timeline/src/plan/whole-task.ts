import type { Encoding } from '../edit/encoding.js';
import type { CodecPolicy, CutMode, Output } from '../edit/output.js';
import { type Cut, sumBytes } from './cut.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import type { PictureTask, RenderTask } from './task.js';
import { clipFields, type CutClip, readBytes } from './task-clips.js';

export interface RenderJob {
  clips: readonly CutClip[];
  cutMode: CutMode;
  container: RenderTask['container'];
  codec: CodecPolicy;
  /** What the codec policy comes to, unless it is a copy. */
  encoding?: Encoding;
}

/** One ffmpeg for all of it. It may write any part: the worker gives each attempt numbers of its own. */
export const planRenderTask = (job: RenderJob, limits: PlanLimits): RenderTask => {
  const { clips, cutMode, container, codec, encoding } = job;
  const stretches = clips.map((clip) => ({ clip, pieces: clip.pieces }));
  return {
    kind: 'render',
    workBytes: readBytes(stretches),
    ...clipFields(clips, stretches),
    container,
    cutMode,
    codec,
    ...(encoding && { encoding }),
    pieces: clips.flatMap(({ pieces }) => pieces),
    partBlock: { firstPartNumber: 1, partCount: limits.maxParts },
  };
};

/** One part for each of the slots that attempts have. */
const PICTURE_PARTS = 8;

/** The frame shown at `offsetTicks` of the first piece; `pieces`: that one and, for reordered frames, the next. */
export const planPictureTask = (
  cut: Pick<Cut, 'source' | 'lead'>,
  pieces: Piece[],
  offsetTicks: number,
  { imageSize, imageFormat }: Pick<Output, 'imageSize' | 'imageFormat'>,
): PictureTask => ({
  kind: 'picture',
  source: cut.source,
  workBytes: sumBytes(cut.lead) + sumBytes(pieces),
  lead: cut.lead,
  trimStart: { offsetTicks },
  pieces,
  ...(imageSize && { imageSize }),
  ...(imageFormat && { imageFormat }),
  partBlock: { firstPartNumber: 1, partCount: PICTURE_PARTS },
});
