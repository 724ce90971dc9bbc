import type { SourceSegment } from './source.js';

export interface PlaylistOptions {
  /** URI of the AES-128 key; its IVs are the media sequence numbers (RFC 8216 §5.2). */
  keyUri?: string;
  /** Missing segments are left out, for programs that stumble over them. */
  withoutMissing?: boolean;
}

export const segmentName = (index: number): string => `${String(index).padStart(5, '0')}.ts`;

/** RFC 8216. `from`: the first segment that is listed. */
export const playlistText = (
  segments: readonly SourceSegment[],
  from = 0,
  { keyUri, withoutMissing = false }: PlaylistOptions = {},
): string => {
  const longest = Math.max(...segments.map(({ durationSeconds }) => durationSeconds));
  const lines = segments.flatMap(({ durationSeconds, run, isMissing }, index) => {
    if (index < from || (isMissing && withoutMissing)) return [];
    const isNewRun = index > from && segments[index - 1].run !== run;
    return [
      ...(isNewRun ? ['#EXT-X-DISCONTINUITY'] : []),
      `#EXTINF:${durationSeconds.toFixed(6)},`,
      segmentName(index),
    ];
  });
  return [
    ...['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${Math.ceil(longest)}`, '#EXT-X-PLAYLIST-TYPE:VOD'],
    ...(keyUri ? [`#EXT-X-KEY:METHOD=AES-128,URI="${keyUri}"`] : []),
    ...[...lines, '#EXT-X-ENDLIST', ''],
  ].join('\n');
};
