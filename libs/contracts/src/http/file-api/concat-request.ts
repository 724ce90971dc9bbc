import { oneFieldError } from '../field-problem.js';
import { type MediaTarget, readFileId, readMediaTarget } from './media-target.js';

/** Of one request; the planner takes as many clips. */
const MAX_PLAYLISTS = 200;

/** What an edit of playlists becomes: a playlist again, or one file. */
export type EditOutput = 'm3u8' | 'mp4' | 'mov' | 'ts';
const editOutputs: ReadonlySet<unknown> = new Set<EditOutput>(['m3u8', 'mp4', 'mov', 'ts']);

export interface ConcatRequest {
  target: MediaTarget;
  /** In the order they are to follow each other; one may come several times. */
  playlistIds: string[];
  output: EditOutput;
}

/** Throws `bad-parameter`, `not-found`. */
export const readConcatRequest = (body: Record<string, unknown>): ConcatRequest => {
  const { m3u8s } = body;
  const isCount = Array.isArray(m3u8s) && m3u8s.length > 0 && m3u8s.length <= MAX_PLAYLISTS;
  if (!isCount) throw oneFieldError('m3u8s', `must be a list of 1 to ${MAX_PLAYLISTS} ids of files`);
  const target = readMediaTarget(body);
  const output = readEditOutput(body);
  return { target, output, playlistIds: m3u8s.map((id, index) => readFileId(id, `m3u8s.${index}`)) };
};

/** Absent: a playlist. Throws `bad-parameter`. */
export const readEditOutput = ({ output = 'm3u8' }: Record<string, unknown>): EditOutput => {
  if (!editOutputs.has(output)) throw oneFieldError('output', `must be one of ${[...editOutputs].join(', ')}`);
  return output as EditOutput;
};
