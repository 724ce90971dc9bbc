import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectStore } from '@clipfleet/object-store';
import type { LiveRecorder } from '../media/live-recorder.js';
import { SOURCE_BUCKET } from '../fleet/export-kinds.js';

const LOOK_EVERY_MS = 50;

/** Takes what a recorder writes into a store, as an uploader beside it does: segments, and then the playlist that names them. */
export const mirrorLive = (recorder: LiveRecorder, store: ObjectStore, prefix: string): Promise<void> => {
  const stored = new Set<string>();
  let playlist = '';
  const put = async (name: string, body: Uint8Array): Promise<void> =>
    void (await store.put({ bucket: SOURCE_BUCKET, key: `${prefix}/${name}` }, body));
  const look = async (): Promise<void> => {
    const now = await readFile(recorder.playlistPath, 'utf8').catch(() => '');
    if (now === playlist) return;
    for (const name of now.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !stored.has(line))) {
      await put(name, await readFile(path.join(path.dirname(recorder.playlistPath), name)));
      stored.add(name);
    }
    await put('index.m3u8', Buffer.from(now));
    playlist = now;
  };
  const over = new AbortController();
  const ended = recorder.ended.finally(() => over.abort());
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await look();
      await delay(LOOK_EVERY_MS);
    }
    await ended;
    await look();
  };
  return run();
};
