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
