import type { Output } from '@clipfleet/timeline';

/** The playlist beside the JSON of a playlist-json output: the same name, `.m3u8`. */
export const playlistKeyBeside = (key: string): string => `${key.replace(/\.[^./]*$/, '')}.m3u8`;

/** Keys that an output writes beside its destination. */
export const sidecarKeysOf = (output: Output): string[] =>
  output.container === 'playlist-json' ? [playlistKeyBeside(output.destination.key)] : [];
