import { RECORDINGS, type BenchStack } from './bench-stack.js';
import type { BenchRecording } from './recordings.js';

/**
 * A recording as long as is wanted, of the same objects again and again: each time the encoder's clock begins anew, so that there
 * is a discontinuity. Takes no room in the store.
 */
export const repeatRecording = async (
  { store }: BenchStack,
  loop: BenchRecording,
  { name, loopCount }: { name: string; loopCount: number },
): Promise<BenchRecording> => {
  const at = { bucket: RECORDINGS, key: loop.playlistKey };
  const text = Buffer.from(await store.getBytes(at, { limitBytes: 16 << 20 })).toString();
  const folder = loop.playlistKey.slice(0, loop.playlistKey.lastIndexOf('/'));
  const entries = text.match(/#EXTINF:[^\n]*\n[^#\n]+/g)!.map((entry) => entry.replace(/\n/, `\n../${folder}/`));
  const head = text.slice(0, text.indexOf('#EXTINF')).replaceAll(/#EXT-X-PROGRAM-DATE-TIME[^\n]*\n/g, '');
  const loops = Array.from({ length: loopCount }, () => entries.join('\n'));
  const playlistKey = `${name}/index.m3u8`;
  const body = `${head}${loops.join('\n#EXT-X-DISCONTINUITY\n')}\n#EXT-X-ENDLIST\n`;
  await store.put({ bucket: RECORDINGS, key: playlistKey }, Buffer.from(body));
  return {
    playlistKey,
    segmentKeys: loops.flatMap(() => loop.segmentKeys),
    durationMs: loop.durationMs * loopCount,
    sizeBytes: loop.sizeBytes * loopCount,
  };
};
