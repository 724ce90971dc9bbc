import { isPlaylist, type Output } from '../edit/output.js';
import type { Timeline } from '../timeline/timeline.js';
import { listsExactly } from './encoded-edges.js';
import { TimelineError } from '../timeline/timeline-error.js';

/** Fragmented MP4 can be listed, and nothing else yet. To be asked before a segment is looked into. */
export const assertMadeOf = (
  output: Pick<Output, 'container'> & Partial<Pick<Output, 'cutMode' | 'exact'>>,
  { segments, playlistKey }: Timeline,
): void => {
  const { container } = output;
  const isListed = isPlaylist(container) && !listsExactly(output);
  if (isListed || !segments.some(({ map }) => map)) return;
  const made = isPlaylist(container) ? 'cut' : `made into ${container}`;
  const text = `EXT-X-MAP: fragmented MP4 segments can be listed in a playlist, and not ${made}.`;
  throw new TimelineError('unsupported-source', text, { playlistKey });
};
