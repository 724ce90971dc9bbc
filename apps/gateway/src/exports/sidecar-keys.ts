import { edgesKeyBeside, keyBeside, listsExactly, type Output } from '@clipfleet/timeline';

/** The playlist beside the JSON of a playlist-json output: the same name, `.m3u8`. */
export const playlistKeyBeside = (key: string): string => keyBeside(key, '.m3u8');

/** The thumbnail track beside the sheet of a storyboard: the same name, `.vtt`. */
export const trackKeyBeside = (key: string): string => keyBeside(key, '.vtt');

/** Those of them that are there in the end: an exact playlist whose cuts are at segments has made none. */
export const madeSidecarKeysOf = (output: Output, workBytes: number): string[] =>
  listsExactly(output) && workBytes === 0 ? [] : sidecarKeysOf(output);

/** Keys that an output may write beside its destination. */
export const sidecarKeysOf = (output: Output): string[] => {
  const { container, destination } = output;
  if (listsExactly(output)) return [edgesKeyBeside(destination.key)];
  if (container === 'playlist-json') return [playlistKeyBeside(destination.key)];
  return container === 'storyboard' ? [trackKeyBeside(destination.key)] : [];
};
