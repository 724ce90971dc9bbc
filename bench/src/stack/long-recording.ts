import { setTimeout as delay } from 'node:timers/promises';
import { RECORDINGS, type BenchStack } from './bench-stack.js';
import { type BenchRecording, playlistDurationMs } from './recordings.js';

const MOST_PLAYLIST_BYTES = 16 * 1024 * 1024;

/**
 * A recording as long as is wanted, of the same objects again and again: each time the encoder's clock begins anew, so that there
 * is a discontinuity. Takes no room in the store.
 */
export const repeatRecording = async (
  stack: BenchStack,
  loop: BenchRecording,
  { name, loopCount }: { name: string; loopCount: number },
): Promise<BenchRecording> => {
  const { head, entries } = await readPlaylist(stack, loop);
  const loops = Array.from({ length: loopCount }, () => entries.join('\n'));
  return {
    playlistKey: await writePlaylist(stack, name, `${head}${loops.join('\n#EXT-X-DISCONTINUITY\n')}`),
    segmentKeys: loops.flatMap(() => loop.segmentKeys),
    durationMs: loop.durationMs * loopCount,
    sizeBytes: loop.sizeBytes * loopCount,
  };
};

/** The first segments of a recording; their size is not asked for. */
export const cutRecording = async (
  stack: BenchStack,
  whole: BenchRecording,
  { name, segmentCount }: { name: string; segmentCount: number },
): Promise<Omit<BenchRecording, 'sizeBytes'>> => {
  const { head, entries } = await readPlaylist(stack, whole);
  const kept = entries.slice(0, segmentCount).join('\n');
  return {
    playlistKey: await writePlaylist(stack, name, `${head}${kept}`),
    segmentKeys: whole.segmentKeys.slice(0, segmentCount),
    durationMs: playlistDurationMs(kept),
  };
};

export interface GrowingRecording {
  playlistKey: string;
  /** When the playlist named the segment first, by `performance.now()`; undefined: it does not yet. */
  appearedMs: readonly number[];
  /** Resolves when the last segment is named; the playlist has its end then. */
  ended: Promise<void>;
}

/** The first segments of a recording as a recorder tells of them: one more every `everyMs`, the first when this resolves. */
export const growRecording = async (
  stack: BenchStack,
  whole: BenchRecording,
  { name, segmentCount, everyMs }: { name: string; segmentCount: number; everyMs: number },
): Promise<GrowingRecording> => {
  const { head, entries } = await readPlaylist(stack, whole);
  const key = `${name}/index.m3u8`;
  const liveHead = head.replace('#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-PLAYLIST-TYPE:EVENT');
  const appearedMs: number[] = [];
  const tell = async (): Promise<void> => {
    const named = `${liveHead}${entries.slice(0, appearedMs.length + 1).join('\n')}\n`;
    const end = appearedMs.length + 1 === segmentCount ? '#EXT-X-ENDLIST\n' : '';
    await stack.store.put({ bucket: RECORDINGS, key }, Buffer.from(named + end));
    appearedMs.push(performance.now());
  };
  await tell();
  const grow = async (): Promise<void> => {
    while (appearedMs.length < segmentCount) {
      await delay(everyMs);
      await tell();
    }
  };
  return { playlistKey: key, appearedMs, ended: grow() };
};

/** What stands before the segments, without the wall clock; and each segment, as seen from the folder beside. */
const readPlaylist = async (
  { store }: BenchStack,
  { playlistKey }: BenchRecording,
): Promise<{ head: string; entries: string[] }> => {
  const at = { bucket: RECORDINGS, key: playlistKey };
  const text = Buffer.from(await store.getBytes(at, { limitBytes: MOST_PLAYLIST_BYTES })).toString();
  const folder = playlistKey.slice(0, playlistKey.lastIndexOf('/'));
  return {
    head: text.slice(0, text.indexOf('#EXTINF')).replaceAll(/#EXT-X-PROGRAM-DATE-TIME[^\n]*\n/g, ''),
    entries: text.match(/#EXTINF:[^\n]*\n[^#\n]+/g)!.map((entry) => entry.replace(/\n/, `\n../${folder}/`)),
  };
};

const writePlaylist = async ({ store }: BenchStack, name: string, body: string): Promise<string> => {
  const key = `${name}/index.m3u8`;
  await store.put({ bucket: RECORDINGS, key }, Buffer.from(`${body}\n#EXT-X-ENDLIST\n`));
  return key;
};
