import type { CodecPolicy, Output } from '../edit/output.js';
import { type Cut, sumBytes } from './cut.js';
import type { Piece } from './piece.js';
import type { PlanLimits } from './plan-input.js';
import type { PictureTask, RenderTask } from './task.js';

const edges = (cut: Cut) => ({
  lead: cut.lead,
  ...(cut.trimStart && { trimStart: cut.trimStart }),
  ...(cut.trimEnd && { trimEnd: cut.trimEnd }),
});

/** One ffmpeg for all of it. It may write any part: the worker gives each attempt numbers of its own. */
export const planRenderTask = (
  cut: Cut,
  pieces: Piece[],
  container: RenderTask['container'],
  codec: CodecPolicy,
  limits: PlanLimits,
): RenderTask => ({
  kind: 'render',
  source: cut.source,
  workBytes: sumBytes(cut.lead) + sumBytes(pieces),
  ...edges(cut),
  container,
  cutMode: cut.cutMode,
  codec,
  pieces,
  partBlock: { firstPartNumber: 1, partCount: limits.maxParts },
});

/** One part for each of the slots that attempts have. */
const PICTURE_PARTS = 8;

/** The frame shown at `offsetTicks` of the first piece; `pieces`: that one and, for reordered frames, the next. */
export const planPictureTask = (
  cut: Cut,
  pieces: Piece[],
  offsetTicks: number,
  imageSize: Output['imageSize'],
): PictureTask => ({
  kind: 'picture',
  source: cut.source,
  workBytes: sumBytes(cut.lead) + sumBytes(pieces),
  lead: cut.lead,
  trimStart: { offsetTicks },
  pieces,
  ...(imageSize && { imageSize }),
  partBlock: { firstPartNumber: 1, partCount: PICTURE_PARTS },
});
