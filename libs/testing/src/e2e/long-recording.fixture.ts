import { link, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { makeRecording } from '../media/make-recording.js';
import type { Recording } from '../media/recording.js';
import { type Fleet, type FleetStore, SOURCE_BUCKET } from './fleet.fixture.js';

export const DAY_SECONDS = 86_400;

export interface LongRecording {
  playlistKey: string;
  segmentCount: number;
  /** What is repeated, each time after a discontinuity. */
  loop: Recording;
}

/** A small minute of video, in segments of 2 or 6 s. */
export const loopRecording = (segmentSeconds: number): Promise<Recording> =>
  makeRecording({ ...{ widthPixels: 160, heightPixels: 90, frameRate: '10', durationSeconds: 60 }, segmentSeconds });

/**
 * A day made of one minute. On the file store every segment is an object of its own (hard links cost nothing), so that the
 * whole folder has to be listed; on S3 the playlist names the same objects again and again.
 */
export const uploadDay = async (fleet: Fleet, at: FleetStore, loop: Recording): Promise<LongRecording> => {
  await fleet.upload(at, loop);
  const source = path.basename(path.dirname(loop.directory));
  const folder = `day-${loop.segments.length}`;
  const segmentCount = (DAY_SECONDS / 60) * loop.segments.length;
  const uris = Array.from({ length: segmentCount }, (_, index) => {
    const { uri } = loop.segments[index % loop.segments.length];
    return at.rootPath === undefined ? `../${source}/${uri}` : `${String(index).padStart(6, '0')}.ts`;
  });
  if (at.rootPath !== undefined) await linkAll(path.join(at.rootPath, SOURCE_BUCKET), { source, folder, loop, uris });
  const lines = uris.flatMap((uri, index) => {
    const position = index % loop.segments.length;
    const { durationSeconds } = loop.segments[position];
    return [...(index > 0 && position === 0 ? ['#EXT-X-DISCONTINUITY'] : []), `#EXTINF:${durationSeconds},`, uri];
  });
  const target = Math.ceil(loop.segments[0].durationSeconds);
  const text = ['#EXTM3U', `#EXT-X-TARGETDURATION:${target}`, ...lines, '#EXT-X-ENDLIST', ''].join('\n');
  const playlistKey = `${folder}/index.m3u8`;
  await at.store.put({ bucket: SOURCE_BUCKET, key: playlistKey }, new TextEncoder().encode(text));
  return { playlistKey, segmentCount, loop };
};

interface Links {
  source: string;
  folder: string;
  loop: Recording;
  uris: readonly string[];
}

const linkAll = async (bucket: string, { source, folder, loop, uris }: Links): Promise<void> => {
  await mkdir(path.join(bucket, folder));
  const files = loop.segments.map(({ uri }) => path.join(bucket, source, uri));
  const AT_ONCE = 1_000;
  for (let start = 0; start < uris.length; start += AT_ONCE) {
    const batch = uris.slice(start, start + AT_ONCE);
    await Promise.all(
      batch.map((uri, index) => link(files[(start + index) % files.length], path.join(bucket, folder, uri))),
    );
  }
};
