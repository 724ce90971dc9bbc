import { isPlaylist, type Output } from '../edit/output.js';
import type { Timeline } from '../timeline/timeline.js';
import { TimelineError } from '../timeline/timeline-error.js';

/** Fragmented MP4 can be listed, and nothing else yet. To be asked before a segment is looked into. */
export const assertMadeOf = ({ container }: Pick<Output, 'container'>, { segments, playlistKey }: Timeline): void => {
  if (isPlaylist(container) || !segments.some(({ map }) => map)) return;
  const text = `EXT-X-MAP: fragmented MP4 segments can be listed in a playlist, and not made into ${container}.`;
  throw new TimelineError('unsupported-source', text, { playlistKey });
};
