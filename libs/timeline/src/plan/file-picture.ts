import type { Clip, Edit, ObjectRef } from '../edit/edit.js';
import type { Output } from '../edit/output.js';
import { TICKS_PER_MS } from '../ticks.js';
import { TimelineError } from '../timeline/timeline-error.js';
import type { Plan } from './plan.js';
import { planPictureTask } from './whole-task.js';

/** What a picture reads of a file, at about: its index, and a group of pictures twice. */
const READ_BYTES = 8 * 1024 * 1024;

/** The instant of a media file that a picture is wanted of. */
export interface FileInstant {
  clip: Clip;
  startMs: number;
  endMs: number;
}

/** Undefined: the edit is of recordings. Throws TimelineError for all that is not made of media files. */
export const fileInstantOf = ({ clips }: Edit, { container }: Pick<Output, 'container'>): FileInstant | undefined => {
  const clip = clips.find(({ source }) => source.format === 'file');
  if (!clip) return undefined;
  const unsupported = (what: string) => new TimelineError('unsupported-source', `A media file ${what}.`);
  if (container !== 'image') throw unsupported(`can be made into an image, not into ${container}`);
  if (clips.length > 1) throw unsupported('cannot be one of several clips');
  const { range } = clip;
  if (range.kind !== 'from-start') throw unsupported(`has no range of the kind ${range.kind}`);
  return { clip, startMs: range.startMs, endMs: range.startMs + range.durationMs };
};

/** Whoever asks has looked how long the file is; what is in it its worker sees. */
export const planFilePicture = (
  { startMs, endMs }: FileInstant,
  file: ObjectRef & { sizeBytes: number },
  output: Output,
): Plan => {
  const { storeId, bucket, key, sizeBytes } = file;
  const piece = { segmentIndex: 0, key, sizeBytes, durationTicks: 0, runIndex: 0 };
  const cut = { source: { storeId, bucket }, lead: [] };
  const span = { startMs, endMs };
  const task = planPictureTask(cut, [piece], startMs * TICKS_PER_MS, output);
  return {
    strategy: 'picture',
    tasks: [{ ...task, wholeFile: true, workBytes: Math.min(sizeBytes, READ_BYTES) }],
    header: 'none',
    coverage: { clock: 'recording', requested: span, segmentBounds: span, planned: span, missing: [] },
    warnings: [],
  };
};
