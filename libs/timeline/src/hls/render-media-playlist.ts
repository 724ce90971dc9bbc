import type { PlaylistDocument, PlaylistEntry } from '../plan/plan.js';
import { TICKS_PER_SECOND } from '../ticks.js';

/** How an object of the source's bucket, or of another one, is addressed in the playlist. */
export type UriOf = (key: string, bucket?: string) => string;

/** A path from the bucket's root, escaped as RFC 3986 §3.3 asks. */
export const bucketPath: UriOf = (key) => `/${key.split('/').map(encodeURIComponent).join('/')}`;

/** Ticks as decimal seconds with as many digits as they need to be the same ticks again. */
const seconds = (ticks: number): string => (ticks / TICKS_PER_SECOND).toFixed(6);

/** RFC 8216 §4.3.2.4 */
const keyTag = (entry: PlaylistEntry, before: PlaylistEntry | undefined, uriOf: UriOf): string | undefined => {
  const { cipher } = entry;
  if (cipher === undefined) return before?.cipher === undefined ? undefined : '#EXT-X-KEY:METHOD=NONE';
  const isSame = before?.bucket === entry.bucket && before?.cipher?.keyObjectKey === cipher.keyObjectKey;
  if (isSame && before?.cipher?.ivHex === cipher.ivHex) return undefined;
  return `#EXT-X-KEY:METHOD=AES-128,URI="${uriOf(cipher.keyObjectKey, entry.bucket)}",IV=0x${cipher.ivHex}`;
};

/** RFC 8216 §4.3.2.5 */
const mapTag = (entry: PlaylistEntry, before: PlaylistEntry | undefined, uriOf: UriOf): string | undefined => {
  const tagOf = ({ map, bucket }: PlaylistEntry): string | undefined => {
    if (!map) return undefined;
    const { byteRange } = map;
    const range = byteRange ? `,BYTERANGE="${byteRange[1] - byteRange[0]}@${byteRange[0]}"` : '';
    return `#EXT-X-MAP:URI="${uriOf(map.key, bucket)}"${range}`;
  };
  const tag = tagOf(entry);
  return before && tagOf(before) === tag ? undefined : tag;
};

const entryLines = (entry: PlaylistEntry, before: PlaylistEntry | undefined, uriOf: UriOf): string[] => {
  const { byteRange, wallClockMs, gap } = entry;
  const lines = [
    entry.discontinuity ? '#EXT-X-DISCONTINUITY' : undefined,
    keyTag(entry, before, uriOf),
    mapTag(entry, before, uriOf),
    wallClockMs === undefined ? undefined : `#EXT-X-PROGRAM-DATE-TIME:${new Date(wallClockMs).toISOString()}`,
    `#EXTINF:${seconds(entry.durationTicks)},`,
    byteRange && `#EXT-X-BYTERANGE:${byteRange[1] - byteRange[0]}@${byteRange[0]}`,
    // draft-pantos-hls-rfc8216bis §4.4.4.7
    gap ? '#EXT-X-GAP' : undefined,
    uriOf(entry.key, entry.bucket),
  ];
  return lines.filter((line) => line !== undefined);
};

/** RFC 8216 §7: 4 for byte ranges, 6 for maps; players that are older than EXT-X-GAP would ask for what is not there. */
const versionOf = ({ entries }: PlaylistDocument): number => {
  if (entries.some(({ gap }) => gap)) return 8;
  return entries.some(({ map }) => map) ? 6 : 4;
};

/** The document as a complete (VOD) media playlist. RFC 8216 §4.3 */
export const renderMediaPlaylist = (document: PlaylistDocument, uriOf: UriOf = bucketPath): string =>
  [
    '#EXTM3U',
    `#EXT-X-VERSION:${versionOf(document)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXT-X-TARGETDURATION:${document.targetDurationSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    ...document.entries.flatMap((entry, index) => entryLines(entry, document.entries[index - 1], uriOf)),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
