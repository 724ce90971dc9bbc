/** A media playlist of segments of these seconds. */
export const playlistOf = (seconds: readonly number[], uriOf = (index: number): string => `${index}.ts`): string =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${Math.ceil(Math.max(...seconds))}`,
    ...seconds.flatMap((each, index) => [`#EXTINF:${each},`, uriOf(index)]),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
