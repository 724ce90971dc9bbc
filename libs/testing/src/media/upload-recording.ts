import type { ObjectStore } from '@clipfleet/object-store';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const CONTENT_TYPES: Record<string, string> = {
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mpd': 'application/dash+xml',
  '.ts': 'video/mp2t',
};

/** Puts every file of a recording's directory under `<prefix>/`; returns the keys. The playlists come last, as from a packager. */
export const uploadRecording = async (
  store: ObjectStore,
  bucket: string,
  prefix: string,
  directory: string,
): Promise<string[]> => {
  await store.ensureBucket(bucket);
  const isPlaylist = (file: string): boolean => /\.(m3u8|mpd)$/.test(file);
  const files = (await readdir(directory)).toSorted((a, b) => Number(isPlaylist(a)) - Number(isPlaylist(b)));
  const keys: string[] = [];
  for (const file of files) {
    const key = `${prefix.replace(/\/$/, '')}/${file}`;
    const contentType = CONTENT_TYPES[path.extname(file)];
    await store.put({ bucket, key }, await readFile(path.join(directory, file)), { contentType });
    keys.push(key);
  }
  return keys;
};
