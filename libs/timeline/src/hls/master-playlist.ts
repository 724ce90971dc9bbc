import type { ParsedSegment } from 'm3u8-parser';
import { resolveKey } from '../timeline/resolve-key.js';
import { TimelineError } from '../timeline/timeline-error.js';
import type { Variant } from '../timeline/timeline.js';
import type { ReadManifest } from './read-manifest.js';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const toVariant = (entry: ParsedSegment, line: number, playlistKey: string, groups: Set<string>): Variant => {
  const attributes = entry.attributes ?? {};
  const bandwidth = Number(attributes.BANDWIDTH);
  const resolution = attributes.RESOLUTION as { width?: number; height?: number } | undefined;
  const codecs = text(attributes.CODECS);
  return {
    key: resolveKey(entry.uri, playlistKey, line),
    bandwidthBps: Number.isFinite(bandwidth) ? bandwidth : 0,
    separateAudio: groups.has(text(attributes.AUDIO) ?? ''),
    ...(codecs !== undefined && { codecs }),
    ...(resolution?.width && resolution.height && { width: resolution.width, height: resolution.height }),
  };
};

/** The media playlists a multivariant playlist names. RFC 8216 §4.3.4 */
export const toVariants = (read: ReadManifest, playlistKey: string): Variant[] => {
  // §4.3.4.2.1: a group whose renditions have a URI is not in the variant's own segments.
  const audio = Object.entries(read.manifest.mediaGroups?.AUDIO ?? {});
  const apart = audio.filter(([, renditions]) => Object.values(renditions).some((rendition) => rendition.uri));
  const groups = new Set(apart.map(([id]) => id));
  return (read.manifest.playlists ?? []).map((entry, index) =>
    toVariant(entry, read.uris[index].line, playlistKey, groups),
  );
};

/** The best variant that has picture and sound in one stream; of equal ones the first. */
export const chooseVariant = (variants: Variant[]): Variant => {
  const [best] = variants
    .filter((variant) => !variant.separateAudio)
    .toSorted((a, b) => b.bandwidthBps - a.bandwidthBps);
  if (best === undefined) {
    throw new TimelineError(
      'unsupported-source',
      'Every variant has its audio in a playlist of its own (EXT-X-MEDIA).',
    );
  }
  return best;
};
