import type { Output } from '../edit/output.js';
import { TimelineError } from '../timeline/timeline-error.js';
import type { CodecFit } from './codec-fit.js';
import { type Prepared, probesOf } from './prepared.js';

/** Codecs of which a GOP can be encoded so that it goes with the rest. */
const ENCODABLE = new Set(['h264', 'hevc']);

export const wantsEncodedEdges = ({ cutMode, exact }: Partial<Output>): boolean =>
  cutMode === 'exact' && exact?.by === 'reencode';

/** A playlist whose segments at the edges are made anew. Documents that hold a playlist tell of whole segments. */
export const listsExactly = (output: Partial<Output>): boolean =>
  output.container === 'playlist' && wantsEncodedEdges(output);

/** Whether edges are to be encoded; throws when they cannot. What is encoded as a whole has no hidden pictures anyway. */
export const demandEncodableEdges = (prepared: Prepared, fit?: CodecFit): boolean => {
  const { input } = prepared;
  if (!wantsEncodedEdges(input.output) || fit?.way === 'transcode') return false;
  const videos = probesOf(prepared).flatMap(({ streams }) => streams.filter(({ kind }) => kind === 'video'));
  const foreign = videos.find(({ codec }) => !ENCODABLE.has(codec));
  const known = [...ENCODABLE].join(' and ');
  if (foreign) throw edgesRefused(`The edges of ${foreign.codec} cannot be encoded, only those of ${known}.`);
  if (fit && fit.way !== 'remux') throw edgesRefused(`The edges cannot be encoded: ${fit.reason}.`);
  return videos.length > 0;
};

/** Named, before any work. */
export const edgesRefused = (text: string): TimelineError =>
  new TimelineError('unsupported-source', text, { field: 'output.exact.by' });
